import type { Leak, VerdictName } from '../model/verdict.ts';

interface VerdictInfo {
  readonly title: string;
  /** Whether a descriptor of this verdict, seen once, is a leak. Orphans are judged one by one. */
  readonly leak: Leak;
}

/** One entry per verdict, so that titles and judgement cannot drift from the type. */
export const VERDICT_INFO = {
  orphaned: { title: 'orphaned: the connection is over, the descriptor is not', leak: 'suspect' },
  'peer-closed': { title: 'CLOSE_WAIT: the peer has finished, this process has not closed', leak: 'suspect' },
  'half-closed': { title: 'FIN_WAIT: this process has finished, the peer has not', leak: 'suspect' },
  'connect-failed': { title: 'connect() failed and the descriptor was kept', leak: 'suspect' },
  fresh: { title: 'socket() and nothing more', leak: 'suspect' },
  bound: { title: 'bound, neither listening nor connected', leak: 'suspect' },
  'closed-listener': { title: 'was listening, was shut down', leak: 'suspect' },
  established: { title: 'established', leak: 'no' },
  listening: { title: 'listening', leak: 'no' },
  connecting: { title: 'connecting', leak: 'no' },
  closing: { title: 'closing', leak: 'no' },
  unlisted: { title: 'in no socket table, and could not be asked itself', leak: 'suspect' },
  'peer-gone': { title: 'unix socket whose peer is gone', leak: 'suspect' },
  datagram: { title: 'datagram and raw sockets', leak: 'no' },
  untabulated: { title: 'of a family that the kernel lists nowhere', leak: 'no' },
  undecided: { title: 'undecided: what would tell could not be read', leak: 'suspect' },
  'in-use': { title: 'in use', leak: 'no' },
} as const satisfies Record<VerdictName, VerdictInfo>;
