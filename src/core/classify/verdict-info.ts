import { type Leak, VERDICTS, type VerdictName } from '../model/verdict.ts';

export interface VerdictInfo {
  /** What it means, for people; empty where its name says all. */
  readonly meaning: string;
  /** Whether a descriptor of this verdict, seen once, is a leak. Orphans are judged one by one. */
  readonly leak: Leak;
  /** The sockets that can be so; null where it was not found out what the socket is. */
  readonly of: 'tcp' | 'unix' | 'other' | null;
  /** Only ss knows it for some sockets: an MPTCP connection is listed as ESTABLISHED to its end, a unix socket as connected. */
  readonly needsSs: boolean;
}

/** One row per verdict: every list of verdicts is a column of it. */
export const VERDICT_INFO = {
  orphaned: { leak: 'suspect', of: 'tcp', needsSs: false, meaning: 'the connection is over, its descriptor is not' },
  'peer-closed': {
    leak: 'suspect',
    of: 'tcp',
    needsSs: true,
    meaning: 'CLOSE_WAIT: the peer has finished, this process has not closed',
  },
  'half-closed': {
    leak: 'suspect',
    of: 'tcp',
    needsSs: true,
    meaning: 'FIN_WAIT: this process has finished, the peer has not',
  },
  'connect-failed': {
    leak: 'suspect',
    of: 'tcp',
    needsSs: false,
    meaning: 'connect() failed and the descriptor was kept',
  },
  fresh: { leak: 'suspect', of: 'tcp', needsSs: false, meaning: 'socket() and nothing more' },
  bound: { leak: 'suspect', of: 'tcp', needsSs: false, meaning: 'bound, neither listening nor connected' },
  'closed-listener': { leak: 'suspect', of: 'tcp', needsSs: false, meaning: 'was listening, was shut down' },
  established: { leak: 'no', of: 'tcp', needsSs: true, meaning: '' },
  listening: { leak: 'no', of: 'tcp', needsSs: false, meaning: '' },
  connecting: { leak: 'no', of: 'tcp', needsSs: false, meaning: '' },
  closing: { leak: 'no', of: 'tcp', needsSs: true, meaning: '' },
  unlisted: { leak: 'suspect', of: null, needsSs: false, meaning: 'in no socket table, and could not be probed' },
  'peer-gone': { leak: 'suspect', of: 'unix', needsSs: true, meaning: 'its peer is gone, and never said so' },
  datagram: { leak: 'no', of: 'unix', needsSs: false, meaning: 'datagram and raw sockets' },
  untabulated: { leak: 'no', of: 'other', needsSs: false, meaning: 'of a family that is in no kernel table' },
  undecided: { leak: 'suspect', of: null, needsSs: false, meaning: 'what would decide could not be read' },
  'in-use': { leak: 'no', of: 'unix', needsSs: false, meaning: '' },
} as const satisfies Record<VerdictName, VerdictInfo>;

/** Verdicts that are no leak at one moment and one if they stay: a busy healthy program shows some for an instant. */
export const SUSPECT_VERDICTS: readonly VerdictName[] = VERDICTS.filter((is) => VERDICT_INFO[is].leak !== 'no');

/** Verdicts of sockets that could not be judged. */
export const UNJUDGED_VERDICTS: readonly VerdictName[] = VERDICTS.filter((is) => VERDICT_INFO[is].of === null);
