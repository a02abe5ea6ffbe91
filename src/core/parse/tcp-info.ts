import type { TcpInfo } from '../model/probe.ts';
import { TCP_STATES } from '../model/socket.ts';
import type { ByteOrder } from './ip.ts';
import { readU64 } from './tcp-use.ts';

/** Byte offsets in struct tcp_info. */
const RCV_MSS = 20;
const LAST_DATA_SENT = 44;
const LAST_DATA_RECV = 52;
const LAST_ACK_RECV = 56;
const PMTU = 60;
const RCV_SPACE = 96;
const BYTES_ACKED = 120;
const BYTES_RECEIVED = 128;

const SHORTEST = RCV_SPACE + 4;

/**
 * Reads struct tcp_info from `view`, as long as what the kernel returned: 104 bytes before Linux 3.15, 232 and more today.
 * null when they end before `rcv_space`.
 *
 * @see tcp(7); kernel include/uapi/linux/tcp.h
 */
export function parseTcpInfo(view: DataView, byteOrder: ByteOrder): TcpInfo | null {
  if (view.byteLength < SHORTEST) return null;
  const isLittle = byteOrder === 'LE';
  const stateNumber = view.getUint8(0);
  return {
    state: stateNumber === 0 ? null : (TCP_STATES[stateNumber] ?? null),
    rcvMss: view.getUint32(RCV_MSS, isLittle),
    lastDataSentMs: view.getUint32(LAST_DATA_SENT, isLittle),
    lastDataRecvMs: view.getUint32(LAST_DATA_RECV, isLittle),
    lastAckRecvMs: view.getUint32(LAST_ACK_RECV, isLittle),
    pmtu: view.getUint32(PMTU, isLittle),
    rcvSpace: view.getUint32(RCV_SPACE, isLittle),
    bytesAcked: readU64(view, BYTES_ACKED, isLittle),
    bytesReceived: readU64(view, BYTES_RECEIVED, isLittle),
  };
}
