import type { Case, Found, Rule } from './case.ts';
import { establishedGroups, MANY, toPlaceFact, usedSockets } from './living.ts';
import { QUIET_ADVICE } from './quiet.ts';
import { toStatement } from './statement.ts';

const RETRIES = 5;

/** Connections whose peers no longer acknowledge anything. A full peer is none of them: it answers the probes. */
export const UNANSWERED_CONNECTIONS = { id: 'unanswered-connections', about: 'leak', find } as const satisfies Rule;

function find(subject: Case): Found | null {
  const groups = establishedGroups(subject)
    .map((group) => ({
      group,
      found: usedSockets(group).filter(({ use }) => use.timer === 'retransmission' && (use.retries ?? 0) >= RETRIES),
    }))
    .filter(({ found }) => found.length >= MANY);
  const count = groups.reduce((sum, { found }) => sum + found.length, 0);
  if (count === 0) return null;
  return {
    severity: 'warning',
    count,
    title: `${count} connections whose peers do not answer: data was sent again ${RETRIES} times and more`,
    evidence: [...groups.map(({ group, found }) => toPlaceFact(group, found.length)), retried({ atLeast: RETRIES })],
    checked: [],
    advice: `Set TCP_USER_TIMEOUT, or a deadline on the write: by default the kernel gives up after about 15 min. ${QUIET_ADVICE}`,
  };
}

const retried = toStatement(
  'retried',
  ({ atLeast }: { atLeast: number }) => `a retransmission timer runs, after at least ${atLeast} tries`,
);
