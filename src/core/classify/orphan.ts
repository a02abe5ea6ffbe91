import type { Looks } from '../model/facts.ts';
import type { SocketProbe } from '../model/probe.ts';
import type { AutopsyReport } from '../model/socket.ts';
import type { Cause, Leak } from '../model/verdict.ts';

/** Two looks this far apart are enough by themselves. */
const LOOKS_APART_MS = 5000;
/** A connection whose last data and ack were this long ago at the first look was not about to be closed. */
const SILENT_MS = 30_000;

/** Whether an orphan is a leak, and in words that hold for every orphan alike. */
export interface LeakReason {
  /** Short, to tell reasons apart. */
  readonly id: string;
  readonly leak: Leak;
  readonly because: string;
}

const SEEN_ONCE: LeakReason = { id: 'once', leak: 'suspect', because: 'seen dead at one look' };
const SEEN_APART: LeakReason = { id: 'apart', leak: 'certain', because: 'seen dead at two looks at least 5 s apart' };
const SILENT: LeakReason = {
  id: 'silent',
  leak: 'certain',
  because: 'seen dead at two looks, its last data and last ack at least 30 s before the first',
};
const RECENT: LeakReason = {
  id: 'recent',
  leak: 'suspect',
  because: 'seen dead at two looks, but less than 5 s apart, and its last data or ack less than 30 s before',
};

/**
 * Whether an orphan is a certain leak. That it is dead is sure; that its program will not close it in the next moment is not:
 * a healthy Node server whose loop stalled for 700 ms showed 8 to 41 dead sockets at two looks 250 ms apart.
 */
export function leakOfOrphan({ first, second }: Looks, apartMs: number | null): LeakReason {
  if (first === null || second === null || apartMs === null) return SEEN_ONCE;
  if (!isOver(first) || !isOver(second)) return SEEN_ONCE;
  if (apartMs >= LOOKS_APART_MS) return SEEN_APART;
  const { sinceDataMs, sinceAckMs } = toAutopsyReport(first);
  const silentMs = Math.min(sinceDataMs ?? Infinity, sinceAckMs ?? 0);
  return silentMs >= SILENT_MS ? SILENT : RECENT;
}

/** Whether it was connected and is no more: CLOSE, with the receive space that only a connection gets. */
export function isOver({ info }: SocketProbe): boolean {
  return info?.state === 'CLOSE' && info.rcvSpace > 0;
}

/**
 * An error that nobody has read tells a reset; without one it ended, or the program read the error and kept the descriptor.
 * A connection that the program dissolved itself (connect to AF_UNSPEC) has an error pending too, but nothing ever ended its
 * reading: `unknown`. MPTCP connections do not report that end, so there it tells nothing.
 */
export function causeOfOrphan({ errorPending, readEnded, protocol }: SocketProbe): Cause {
  if (!errorPending) return 'ended';
  return readEnded || protocol === 'mptcp' ? 'reset' : 'unknown';
}

/**
 * What a probe says in the words of the document. Ages are `null` for sockets that never were connected, where the kernel
 * reports its uptime. MPTCP does not keep the time of its data, nor the bytes of a dead connection: not known, not 0.
 */
export function toAutopsyReport({ info, protocol, errorPending }: SocketProbe): AutopsyReport {
  const wasConnected = info !== null && info.rcvSpace > 0;
  if (info === null || !wasConnected) {
    return { wasConnected, errorPending, sinceDataMs: null, sinceAckMs: null, bytesReceived: null, bytesAcked: null };
  }
  const isMptcp = protocol === 'mptcp';
  return {
    wasConnected,
    errorPending,
    sinceDataMs: isMptcp ? null : Math.min(info.lastDataSentMs, info.lastDataRecvMs),
    sinceAckMs: info.lastAckRecvMs,
    bytesReceived: isMptcp && info.bytesReceived === 0 ? null : info.bytesReceived,
    bytesAcked: isMptcp && info.bytesAcked === 0 ? null : info.bytesAcked,
  };
}
