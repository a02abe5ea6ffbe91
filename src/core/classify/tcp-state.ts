import type { TcpState } from '../model/socket.ts';
import type { VerdictName } from '../model/verdict.ts';

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
