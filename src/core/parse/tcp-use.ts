import { TCP_TIMERS, type TcpUse } from '../model/socket.ts';
import { TCP_INFO } from './tcp-info-offsets.ts';

const SHORTEST = TCP_INFO.lastAckRecv + 4;

/** Where a `struct tcp_info` lies, and what the message around it says of timer and queues. */
export interface TcpUseAt {
  readonly at: number;
  readonly length: number;
  readonly timer: number;
  readonly retries: number;
  readonly unreadBytes: number;
  readonly unsentBytes: number;
}

/**
 * Reads the use of a live connection from struct tcp_info. Bytes are null on kernels whose struct ends before them (sent: 4.19); all is
 * null where it is shorter still.
 *
 * @see tcp(7); kernel include/uapi/linux/tcp.h
 */
export function parseTcpUse(view: DataView, info: TcpUseAt, isLittle: boolean): TcpUse | null {
  const { at, length, timer, retries, unreadBytes, unsentBytes } = info;
  if (length < SHORTEST) return null;
  return {
    sinceReceivedMs: view.getUint32(at + TCP_INFO.lastDataRecv, isLittle),
    sinceSentMs: view.getUint32(at + TCP_INFO.lastDataSent, isLittle),
    sinceAckMs: view.getUint32(at + TCP_INFO.lastAckRecv, isLittle),
    bytesReceived: length < TCP_INFO.bytesReceived + 8 ? null : readU64(view, at + TCP_INFO.bytesReceived, isLittle),
    bytesSent: length < TCP_INFO.bytesSent + 8 ? null : readU64(view, at + TCP_INFO.bytesSent, isLittle),
    timer: TCP_TIMERS[timer] ?? null,
    retries,
    unreadBytes,
    unsentBytes,
  };
}

/** Exact up to 2^53 bytes, 9 PB; null where the view ends before. */
export function readU64(view: DataView, at: number, isLittle: boolean): number | null {
  if (at + 8 > view.byteLength) return null;
  const first = view.getUint32(at, isLittle);
  const second = view.getUint32(at + 4, isLittle);
  return isLittle ? second * 0x1_0000_0000 + first : first * 0x1_0000_0000 + second;
}
