import { TCP_TIMERS, type TcpUse } from '../model/socket.ts';

/** Byte offsets in struct tcp_info. */
const LAST_DATA_SENT = 44;
const LAST_DATA_RECV = 52;
const LAST_ACK_RECV = 56;
const BYTES_RECEIVED = 128;
const BYTES_SENT = 200;

const SHORTEST = LAST_ACK_RECV + 4;

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
    sinceReceivedMs: view.getUint32(at + LAST_DATA_RECV, isLittle),
    sinceSentMs: view.getUint32(at + LAST_DATA_SENT, isLittle),
    sinceAckMs: view.getUint32(at + LAST_ACK_RECV, isLittle),
    bytesReceived: length < BYTES_RECEIVED + 8 ? null : readU64(view, at + BYTES_RECEIVED, isLittle),
    bytesSent: length < BYTES_SENT + 8 ? null : readU64(view, at + BYTES_SENT, isLittle),
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
