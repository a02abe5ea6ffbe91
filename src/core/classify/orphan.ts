import type { Looks } from '../model/evidence.ts';
import type { SocketProbe } from '../model/probe.ts';
import type { AutopsyReport, TcpUse } from '../model/socket.ts';
import type { Cause } from '../model/verdict.ts';
import type { LeakReason } from './certainty.ts';

/** In words: that it is dead, how it died, and how surely it is leaked. They hold for every orphan of the same cause and reason alike. */
export function describeOrphan(cause: Cause, { because }: LeakReason): string {
  return `it was connected, its state is CLOSE, it is in no table; ${HOW[cause]}; ${because}`;
}

const HOW = {
  reset: 'it died of an error the program has not read',
  ended: 'no error is pending: both directions ended, or the program read the error and kept the descriptor',
  'timed-out': 'its peer vanished: keepalive, retransmission or a timeout gave up, and the program has not read that',
  unreachable: 'its peer became unreachable, and the program has not read that',
  refused: 'its peer refused, and the program has not read that',
  destroyed: 'an administrator destroyed it (ss -K), and the program has not read that',
  unknown:
    'why is unknown: an error may be pending, but no end by the peer was seen (the program may have disconnected it itself, or MPTCP lost its last path)',
} as const satisfies Record<Cause, string>;

/** Whether two looks found it dead. */
export function isDeadTwice({ first, second }: Looks): boolean {
  return first !== null && second !== null && isOver(first) && isOver(second);
}

/** Whether it was connected and no longer is: CLOSE, with the receive space that only a connection gets. */
export function isOver({ info }: SocketProbe): boolean {
  return info?.state === 'CLOSE' && info.rcvSpace > 0;
}

/**
 * An error that nobody has read tells a reset; without one it ended, or the program read the error and kept the descriptor.
 * A connection that the program dissolved itself (connect to AF_UNSPEC) has an error pending too, but nothing ever ended its
 * reading: `unknown`. An MPTCP connection that was reset does not always report that end; one without an error and without an end lost its
 * last path, and gave up after `net.mptcp.close_timeout`: why is unknown as well.
 */
export function causeOfOrphan({ errorPending, readEnded, protocol }: SocketProbe): Cause {
  if (errorPending === null) return 'unknown';
  if (protocol === 'mptcp') return errorPending ? 'reset' : readEnded ? 'ended' : 'unknown';
  if (!errorPending) return 'ended';
  return readEnded ? 'reset' : 'unknown';
}

/**
 * What a probe says in the words of the document. Ages are `null` for sockets that never were connected, where the kernel
 * reports its uptime. MPTCP does not keep the time of its data, nor the bytes of a dead connection: not known, not 0.
 */
export function toAutopsyReport({
  info,
  protocol,
  errorPending,
  unreadBytes,
  memoryBytes,
}: SocketProbe): AutopsyReport {
  if (info === null || info.rcvSpace <= 0) return { ...NEVER_CONNECTED, errorPending };
  const isMptcp = protocol === 'mptcp';
  return {
    wasConnected: true,
    errorPending,
    sinceDataMs: isMptcp ? null : Math.min(info.lastDataSentMs, info.lastDataRecvMs),
    sinceAckMs: info.lastAckRecvMs,
    bytesReceived: isMptcp && info.bytesReceived === 0 ? null : info.bytesReceived,
    bytesAcked: isMptcp && info.bytesAcked === 0 ? null : info.bytesAcked,
    unreadBytes,
    memoryBytes,
  };
}

/** As of when it was asked; null where it never was connected. */
export function sinceAckMs({ info }: SocketProbe): number | null {
  return info !== null && info.rcvSpace > 0 ? info.lastAckRecvMs : null;
}

const NEVER_CONNECTED = {
  wasConnected: false,
  sinceDataMs: null,
  sinceAckMs: null,
  bytesReceived: null,
  bytesAcked: null,
  unreadBytes: null,
  memoryBytes: null,
} as const;

/** The use of a live connection by its own answer, which tells no timer and no queues. MPTCP does not keep the time of its data. */
export function toUse({ info, protocol }: SocketProbe): TcpUse | null {
  if (info === null || info.state === 'CLOSE' || info.state === 'LISTEN' || protocol === 'mptcp') return null;
  return {
    sinceReceivedMs: info.lastDataRecvMs,
    sinceSentMs: info.lastDataSentMs,
    sinceAckMs: info.lastAckRecvMs,
    bytesReceived: info.bytesReceived,
    bytesSent: null,
    timer: null,
    retries: null,
    unreadBytes: null,
    unsentBytes: null,
  };
}
