import type { TcpInfo } from '../model/probe.ts';
import { TCP_STATES } from '../model/socket.ts';
import type { ByteOrder } from './ip.ts';
import { TCP_INFO } from './tcp-info-offsets.ts';
import { readU64 } from './tcp-use.ts';

const SHORTEST = TCP_INFO.rcvSpace + 4;

/**
 * Reads struct tcp_info from `view`, as long as what the kernel returned: 104 bytes before Linux 3.15, 232 and more today.
 * null when they end before `rcv_space`.
 *
 * @see tcp(7); kernel include/uapi/linux/tcp.h
 */
export function parseTcpInfo(view: DataView, byteOrder: ByteOrder): TcpInfo | null {
  if (view.byteLength < SHORTEST) return null;
  const isLittle = byteOrder === 'LE';
  const stateNumber = view.getUint8(TCP_INFO.state);
  return {
    state: stateNumber === 0 ? null : (TCP_STATES[stateNumber] ?? null),
    rcvMss: view.getUint32(TCP_INFO.rcvMss, isLittle),
    lastDataSentMs: view.getUint32(TCP_INFO.lastDataSent, isLittle),
    lastDataRecvMs: view.getUint32(TCP_INFO.lastDataRecv, isLittle),
    lastAckRecvMs: view.getUint32(TCP_INFO.lastAckRecv, isLittle),
    pmtu: view.getUint32(TCP_INFO.pmtu, isLittle),
    rcvSpace: view.getUint32(TCP_INFO.rcvSpace, isLittle),
    bytesAcked: readU64(view, TCP_INFO.bytesAcked, isLittle),
    bytesReceived: readU64(view, TCP_INFO.bytesReceived, isLittle),
  };
}
