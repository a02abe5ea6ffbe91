import type { TcpState } from '../model/socket.ts';

/** How tools, versions and languages spell the kernel's states. */
const SPELLINGS = new Map<string, TcpState>([
  ['ESTAB', 'ESTABLISHED'],
  ['VERBUNDEN', 'ESTABLISHED'],
  ['ESTABLECIDO', 'ESTABLISHED'],
  ['ESTABELECIDA', 'ESTABLISHED'],
  ['ESTABLISHED', 'ESTABLISHED'],
  ['CONNECTE', 'ESTABLISHED'],
  ['SYN_SENT', 'SYN_SENT'],
  ['SYN_RECV', 'SYN_RECV'],
  ['SYN_RCVD', 'SYN_RECV'],
  ['SYN_RCDV', 'SYN_RECV'],
  ['SYN_RECEIVED', 'SYN_RECV'],
  ['FIN_WAIT1', 'FIN_WAIT1'],
  ['FIN_WAIT_1', 'FIN_WAIT1'],
  ['FIN_WAIT2', 'FIN_WAIT2'],
  ['FIN_WAIT_2', 'FIN_WAIT2'],
  ['TIME_WAIT', 'TIME_WAIT'],
  ['CLOSE', 'CLOSE'],
  ['CLOSED', 'CLOSE'],
  ['UNCONN', 'CLOSE'],
  ['CLOSE_WAIT', 'CLOSE_WAIT'],
  ['LAST_ACK', 'LAST_ACK'],
  ['LISTEN', 'LISTEN'],
  ['LISTENING', 'LISTEN'],
  ['ESCUCHAR', 'LISTEN'],
  ['ESCUCHANDO', 'LISTEN'],
  ['HÖRT', 'LISTEN'],
  ['HOERT', 'LISTEN'],
  ['OUÇA', 'LISTEN'],
  ['CLOSING', 'CLOSING'],
  ['NEW_SYN_RECV', 'NEW_SYN_RECV'],
  ['BOUND_INACTIVE', 'BOUND_INACTIVE'],
  ['UNKNOWN', 'UNKNOWN'],
]);

/** `FIN-WAIT-2`, `fin-wait2`, `VERBUNDEN`, `ESTAB` in the kernel's spelling; null for no state. */
export function toTcpState(word: string): TcpState | null {
  return SPELLINGS.get(word.toUpperCase().replaceAll('-', '_')) ?? null;
}
