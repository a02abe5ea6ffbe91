import { formatDuration } from '../parse/duration.ts';
import type { Case, Found, Rule } from './case.ts';
import { toPlaceFact, usedSockets } from './living.ts';
import { findQuiet, idleMs, NO_TIMER, QUIET_ADVICE } from './quiet.ts';
import { toNote } from './statement.ts';

/** The usual keepalive would have asked by then: tcp_keepalive_time. */
const SILENT_MS = 2 * 3_600_000;
const SPOKE_MS = 5 * 60_000;

/** Accepted connections without a timer that fell silent long ago, beside others that speak: their peers are gone, and nothing will tell. */
export const SILENT_CONNECTIONS = { id: 'silent-connections', about: 'leak', find } as const satisfies Rule;

function find(subject: Case): Found | null {
  const quiet = findQuiet(
    subject,
    ({ use }) => idleMs(use) >= SILENT_MS,
    (group) => usedSockets(group).some(({ use }) => idleMs(use) <= SPOKE_MS),
  );
  if (quiet === null) return null;
  return {
    severity: 'warning',
    count: quiet.sockets.length,
    title: `${quiet.sockets.length} accepted connections silent for at least ${formatDuration(quiet.leastMs)}, without a timer that would miss their peers`,
    evidence: [...quiet.groups.map(({ group, found }) => toPlaceFact(group, found.length)), NO_TIMER, OTHERS_SPEAK],
    checked: [],
    advice: QUIET_ADVICE,
  };
}

const OTHERS_SPEAK = toNote('others-speak', 'others of the same listener spoke within the last 5 min');
