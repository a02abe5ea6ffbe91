import type { Finding } from '../model/finding.ts';
import type { Case } from './case.ts';
import { formatCount } from '../words/format.ts';
import { sharedChecks } from './held-sockets.ts';
import { findPile, PILE_RULE } from './pile.ts';
import { describePlaces } from './places.ts';
import { describeWatchers } from './watchers.ts';

/** Many connections in FIN_WAIT with a descriptor: the program has finished sending, the peers have not. */
export function findHalfClosedPileUp({ inspection }: Case): Finding | null {
  const pile = findPile(inspection, 'half-closed');
  if (pile === null) return null;
  const { descriptors, sockets, places } = pile;
  const unacked = sockets.filter(({ socket }) => socket.state === 'FIN_WAIT1').length;
  return {
    id: 'half-closed-pile-up',
    severity: 'warning',
    count: descriptors.length,
    title: `${formatCount(sockets.length, 'connection')} in FIN_WAIT: this process has finished, the peers have not`,
    evidence: [
      ...describePlaces(places),
      ...(unacked > 0
        ? [`${unacked} of ${sockets.length} are in FIN_WAIT1: the peer has not even acknowledged the end`]
        : []),
      ...describeWatchers(descriptors, inspection.descriptors),
      'the kernel ends them by no timer: net.ipv4.tcp_fin_timeout counts only once the descriptor is closed',
      PILE_RULE,
    ],
    checked: sharedChecks(descriptors),
    advice: `Look again in a minute (fdleak inspect ${inspection.process.pid}): those that stay wait for peers that never finish. After shutdown(SHUT_WR), read on under a deadline, then close the descriptor.`,
  };
}
