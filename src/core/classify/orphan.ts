import type { Looks } from '../model/facts.ts';
import type { SocketProbe } from '../model/probe.ts';
import type { AutopsyReport } from '../model/socket.ts';
import type { Cause, Leak } from '../model/verdict.ts';

/** Two looks this far apart are enough by themselves. */
const LOOKS_APART_MS = 5000;
/** A connection whose last data and ack were this long ago at the first look was not about to be closed. */
const SILENT_MS = 30_000;

/**
 * Whether an orphan is a certain leak. That it is dead is sure; that its program will not close it in the next moment is not:
 * a healthy Node server whose loop stalled for 700 ms showed 8 to 41 dead sockets at two looks 250 ms apart.
 */
export function leakOfOrphan(looks: Looks, apartMs: number | null): { leak: Leak; because: string } {
  if (looks.first === null || looks.second === null || apartMs === null)
    return { leak: 'suspect', because: 'seen dead at one look' };
  if (apartMs >= LOOKS_APART_MS) return { leak: 'certain', because: 'seen dead at two looks at least 5 s apart' };
  const { sinceDataMs, sinceAckMs } = toAutopsyReport(looks.first);
  const silentMs = Math.min(sinceDataMs ?? sinceAckMs ?? 0, sinceAckMs ?? 0);
  if (silentMs >= SILENT_MS) {
    return {
      leak: 'certain',
      because: 'seen dead at two looks, its last data and last ack at least 30 s before the first',
    };
  }
  return {
    leak: 'suspect',
    because: 'seen dead at two looks, but these were close together and its last data or ack less than 30 s before',
  };
}

/** An error that nobody has read tells a reset; without one it ended, or the program read the error and kept the descriptor. */
export function causeOfOrphan({ errorPending }: SocketProbe): Cause {
  return errorPending ? 'reset' : 'ended';
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
