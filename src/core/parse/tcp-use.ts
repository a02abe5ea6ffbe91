import type { TcpUse } from '../model/socket.ts';

/** Byte offsets in struct tcp_info. */
const LAST_DATA_SENT = 44;
const LAST_DATA_RECV = 52;
const BYTES_RECEIVED = 128;
const BYTES_SENT = 200;

const SHORTEST = LAST_DATA_RECV + 4;

/** What `struct tcp_info` tells of the use of a live connection. */
type InfoUse = Pick<TcpUse, 'sinceReceivedMs' | 'sinceSentMs' | 'bytesReceived' | 'bytesSent'>;

/**
 * Reads ages and bytes from struct tcp_info of a live connection. Bytes are null on kernels whose struct ends before them (sent: 4.19);
 * all is null where it is shorter still.
 *
 * @see tcp(7); kernel include/uapi/linux/tcp.h
 */
export function parseTcpUse(view: DataView, isLittle: boolean): InfoUse | null {
  if (view.byteLength < SHORTEST) return null;
  return {
    sinceReceivedMs: view.getUint32(LAST_DATA_RECV, isLittle),
    sinceSentMs: view.getUint32(LAST_DATA_SENT, isLittle),
    bytesReceived: readU64(view, BYTES_RECEIVED, isLittle),
    bytesSent: readU64(view, BYTES_SENT, isLittle),
  };
}

/** Exact up to 2^53 bytes, 9 PB; null where the struct ends before. */
export function readU64(view: DataView, at: number, isLittle: boolean): number | null {
  if (at + 8 > view.byteLength) return null;
  const first = view.getUint32(at, isLittle);
  const second = view.getUint32(at + 4, isLittle);
  return isLittle ? second * 0x1_0000_0000 + first : first * 0x1_0000_0000 + second;
}
