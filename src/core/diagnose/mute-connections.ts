import { formatDuration } from '../parse/duration.ts';
import type { Case, Found, Rule } from './case.ts';
import { toPlaceFact } from './living.ts';
import { findQuiet, idleMs, NO_TIMER, QUIET_ADVICE } from './quiet.ts';

/** A client that connects and says nothing for this long has no request. */
const MUTE_MS = 10 * 60_000;

/** Accepted connections that never carried a byte either way. */
export const MUTE_CONNECTIONS = { id: 'mute-connections', about: 'leak', find } as const satisfies Rule;

function find(subject: Case): Found | null {
  const quiet = findQuiet(
    subject,
    ({ use }) => use.bytesReceived === 0 && use.bytesSent === 0 && idleMs(use) >= MUTE_MS,
  );
  if (quiet === null) return null;
  return {
    severity: 'warning',
    count: quiet.sockets.length,
    title: `${quiet.sockets.length} accepted connections never sent or received a byte, for at least ${formatDuration(quiet.leastMs)}`,
    evidence: [...quiet.groups.map(({ group, found }) => toPlaceFact(group, found.length)), NO_TIMER],
    checked: [],
    advice: QUIET_ADVICE,
  };
}
