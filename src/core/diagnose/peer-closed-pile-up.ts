import type { Case, Found, Rule } from './case.ts';
import { findSockets, sharedChecks, type HeldSocket } from './held-sockets.ts';
import { findPile, PILE_RULE } from './pile.ts';
import { describeOrigins, localPortsOf } from './origins.ts';
import { type PartOfTotal, type Statement, toNote, toStatement } from './statement.ts';
import { describeWatchers } from './watchers.ts';
import { formatCount } from '../words/numbers.ts';
import { formatBytes } from '../words/bytes.ts';

/** Many connections in CLOSE_WAIT: their peers have finished, the program has not closed. */
export const PEER_CLOSED_PILE_UP = { id: 'peer-closed-pile-up', about: 'leak', find } as const satisfies Rule;

function find({ inspection }: Case): Found | null {
  const pile = findPile(inspection, 'peer-closed');
  if (pile === null) return null;
  const { descriptors, sockets, places } = pile;
  return {
    severity: 'warning',
    count: descriptors.length,
    title: `${formatCount(sockets.length, 'connection')} in CLOSE_WAIT: the peers have finished, this process has not closed`,
    evidence: [
      ...describeOrigins(places),
      ...describeReading(sockets),
      ...describeWatchers(descriptors, inspection.descriptors),
      ...describeOlder(inspection, sockets),
      DIES_LATER,
      PILE_RULE,
    ],
    checked: sharedChecks(descriptors),
    advice:
      'Close a connection when a read returns the end of the stream, even while waiting for the other side or writing to it, and when that wait is given up. A pool: drop connections that the server ended before you take one, or end them before it does.',
  };
}

/** A FIN takes one place in the receive queue until it is taken, which a read of the data before it does as well. */
function describeReading(sockets: readonly HeldSocket[]): Statement[] {
  const queues = sockets.flatMap(({ socket }) =>
    socket.protocol === 'tcp' && socket.recvQueueBytes !== null ? [socket.recvQueueBytes] : [],
  );
  const read = queues.filter((bytes) => bytes === 0).length;
  const unread = queues.filter((bytes) => bytes > 0);
  const bytes = unread.reduce((sum, queued) => sum + queued - 1, 0);
  const { length: total } = sockets;
  return [
    ...(unread.length > 0 ? [endUnread({ count: unread.length, total, bytes })] : []),
    ...(read > 0 ? [endRead({ count: read, total })] : []),
  ];
}

function describeOlder({ descriptors }: Case['inspection'], sockets: readonly HeldSocket[]): Statement[] {
  const ports = localPortsOf(sockets);
  const older = findSockets(descriptors, 'orphaned').sockets.filter(
    ({ socket }) => socket.local !== null && ports.has(socket.local.port),
  );
  return older.length === 0 ? [] : [olderOnPort({ count: older.length })];
}

const endUnread = toStatement('end-unread', ({ count, total, bytes }: PartOfTotal & { readonly bytes: number }) => {
  const before = bytes === 0 ? '' : `, and ${formatBytes(bytes)} of data before it`;
  return `the end of the stream waits unread on ${count} of ${total}${before}: the program does not read them`;
});

const endRead = toStatement(
  'end-read',
  ({ count, total }: PartOfTotal) =>
    `on ${count} of ${total} nothing is left to read but the end of the stream, and the descriptor was kept`,
);

const olderOnPort = toStatement(
  'same-leak-older',
  ({ count }: { count: number }) => `${formatCount(count, 'dead socket')} on the same port: the same leak, later`,
);

const DIES_LATER = toNote(
  'dies-later',
  'keepalive or a reset from the peer will turn them into dead sockets, which no table lists',
);
