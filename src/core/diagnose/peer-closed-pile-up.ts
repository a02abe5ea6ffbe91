import type { Finding } from '../model/finding.ts';
import type { Case } from './case.ts';
import { formatBytes, formatCount } from '../words/format.ts';
import { findSockets, sharedChecks, type HeldSocket } from './held-sockets.ts';
import { findPile, PILE_RULE } from './pile.ts';
import { describePlaces, portsOf } from './places.ts';
import { describeWatchers } from './watchers.ts';

/** Many connections in CLOSE_WAIT: their peers have finished, the program has not closed. */
export function findPeerClosedPileUp({ inspection }: Case): Finding | null {
  const pile = findPile(inspection, 'peer-closed');
  if (pile === null) return null;
  const { descriptors, sockets, places } = pile;
  return {
    id: 'peer-closed-pile-up',
    severity: 'warning',
    count: descriptors.length,
    title: `${formatCount(sockets.length, 'connection')} in CLOSE_WAIT: the peers have finished, this process has not closed`,
    evidence: [
      ...describePlaces(places),
      ...describeReading(sockets),
      ...describeWatchers(descriptors, inspection.descriptors),
      ...describeOlder(inspection, sockets),
      'keepalive or a reset of the peer will turn them into orphaned sockets, which no table lists',
      PILE_RULE,
    ],
    checked: sharedChecks(descriptors),
    advice: `Look again in a minute (fdleak inspect ${inspection.process.pid}): those that stay are leaked. Close a connection when reading it gives the end of the stream, also while another side is waited for or written to, and when the waiting is given up.`,
  };
}

/** A FIN takes one place in the receive queue until it is read: an empty queue says that the program was told. */
function describeReading(sockets: readonly HeldSocket[]): string[] {
  const queues = sockets.flatMap(({ socket }) =>
    socket.protocol === 'tcp' && socket.recvQueueBytes !== null ? [socket.recvQueueBytes] : [],
  );
  const read = queues.filter((bytes) => bytes === 0).length;
  const unread = queues.filter((bytes) => bytes > 0);
  const bytes = unread.reduce((sum, queued) => sum + queued - 1, 0);
  const lines: string[] = [];
  if (unread.length > 0) {
    const data = bytes === 0 ? '' : `, and ${formatBytes(bytes)} of data before it`;
    lines.push(
      `the end of the stream waits unread on ${unread.length} of ${sockets.length}${data}: the program does not read them`,
    );
  }
  if (read > 0) lines.push(`on ${read} of ${sockets.length} the program has read the end and kept the descriptor`);
  return lines;
}

function describeOlder({ descriptors }: Case['inspection'], sockets: readonly HeldSocket[]): string[] {
  const ports = portsOf(sockets);
  const older = findSockets(descriptors, 'orphaned').sockets.filter(
    ({ socket }) => socket.local !== null && ports.has(socket.local.port),
  );
  if (older.length === 0) return [];
  return [`${formatCount(older.length, 'orphaned socket')} on the same port: the same leak at a later age`];
}
