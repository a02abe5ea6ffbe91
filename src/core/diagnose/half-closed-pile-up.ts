import type { Case, Found, Rule } from './case.ts';
import { sharedChecks } from './held-sockets.ts';
import { findPile, PILE_RULE } from './pile.ts';
import { describeOrigins } from './origins.ts';
import { type PartOfTotal, toNote, toStatement } from './statement.ts';
import { describeWatchers } from './watchers.ts';
import { formatCount } from '../words/numbers.ts';

/** Many connections in FIN_WAIT with a descriptor: the program has finished sending, the peers have not. */
export const HALF_CLOSED_PILE_UP = { id: 'half-closed-pile-up', about: 'leak', find } as const satisfies Rule;

function find({ inspection }: Case): Found | null {
  const pile = findPile(inspection, 'half-closed');
  if (pile === null) return null;
  const { descriptors, sockets, places } = pile;
  const unacked = sockets.filter(({ socket }) => socket.state === 'FIN_WAIT1').length;
  return {
    severity: 'warning',
    count: descriptors.length,
    title: `${formatCount(sockets.length, 'connection')} in FIN_WAIT: this process has finished, the peers have not`,
    evidence: [
      ...describeOrigins(places),
      ...(unacked > 0 ? [finUnacked({ count: unacked, total: sockets.length })] : []),
      ...describeWatchers(descriptors, inspection.descriptors),
      NO_TIMER,
      PILE_RULE,
    ],
    checked: sharedChecks(descriptors),
    advice:
      'After shutdown(SHUT_WR), read on under a deadline, then close the descriptor: a peer that never finishes holds it for ever.',
  };
}

const finUnacked = toStatement(
  'fin-unacknowledged',
  ({ count, total }: PartOfTotal) =>
    `${count} of ${total} are in FIN_WAIT1: the peer has not even acknowledged the end`,
);

const NO_TIMER = toNote(
  'no-timer',
  'no kernel timer ends them: net.ipv4.tcp_fin_timeout applies only once the descriptor is closed',
);
