import type { TcpState } from '../model/socket.ts';
import type { Verdict, VerdictName } from '../model/verdict.ts';

/** The verdict that a TCP state is by itself. CLOSE is none: the past of the socket decides. */
export function verdictOfState(state: Exclude<TcpState, 'CLOSE'>): VerdictName {
  switch (state) {
    case 'ESTABLISHED':
      return 'established';
    case 'SYN_SENT':
    case 'SYN_RECV':
    case 'NEW_SYN_RECV':
      return 'connecting';
    case 'FIN_WAIT1':
    case 'FIN_WAIT2':
      return 'half-closed';
    case 'CLOSE_WAIT':
      return 'peer-closed';
    case 'LAST_ACK':
    case 'CLOSING':
    case 'TIME_WAIT':
      return 'closing';
    case 'LISTEN':
      return 'listening';
    case 'BOUND_INACTIVE':
      return 'bound';
    case 'UNKNOWN':
      return 'undecided';
  }
}

/** Whether one direction of the connection has ended and the other has not: what is not closed by the program stays. */
export function isWaiting({ is }: Pick<Verdict, 'is'>): boolean {
  return is === 'peer-closed' || is === 'half-closed';
}
