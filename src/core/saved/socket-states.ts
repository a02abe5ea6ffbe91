import type { TcpState } from '../model/socket.ts';

/**
 * How tools, versions and languages spell the kernel's states.
 *
 * @see net-tools po/*.po
 */
const SPELLINGS = new Map<string, TcpState>([
  ['ESTAB', 'ESTABLISHED'],
  ['VERBUNDEN', 'ESTABLISHED'],
  ['ESTABLECIDO', 'ESTABLISHED'],
  ['ESTABELECIDA', 'ESTABLISHED'],
  ['SPOJENO', 'ESTABLISHED'],
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
  ['SYN_ENVIADO', 'SYN_SENT'],
  ['SYN_RECEBIDO', 'SYN_RECV'],
  ['ESPERA_FIN1', 'FIN_WAIT1'],
  ['ESPERA_FIN2', 'FIN_WAIT2'],
  ['FECHAR', 'CLOSE'],
  ['ZAVŘEN', 'CLOSE'],
  ['ESPERANDO_FECHAR', 'CLOSE_WAIT'],
  ['ÚLTIMO_ACK', 'LAST_ACK'],
  ['POSLEDNÍ_ACK', 'LAST_ACK'],
  ['NASLOUCHÁ', 'LISTEN'],
  ['FECHANDO', 'CLOSING'],
  ['ZAVÍRÁ', 'CLOSING'],
]);

/** `FIN-WAIT-2`, `fin-wait2`, `VERBUNDEN`, `ESTAB` in the kernel's spelling; null for no state. */
export function toTcpState(word: string): TcpState | null {
  return SPELLINGS.get(word.toUpperCase().replaceAll(/[- ]/g, '_')) ?? null;
}
