import type { Socket } from '../model/socket.ts';
import type { Verdict } from '../model/verdict.ts';

export interface Judged {
  readonly socket: Socket;
  readonly verdict: Verdict;
}
