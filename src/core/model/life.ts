import type { Endpoint } from './socket.ts';

/**
 * One descriptor from its first to its last look. `id` is the watch's own number for it: a descriptor
 * number is used again, an inode too.
 */
export interface Life {
  readonly id: number;
  readonly segment: number;
  readonly fd: number;
  readonly tid: number | null;
  readonly inode: string | null;
  readonly kind: string;
  readonly target: string;
  /** Where it came from or leads to, in words that those share that come from one place; null in a history that knows none. */
  readonly place: string | null;
  readonly firstSeen: number;
  /** null while it is open. A reader takes the last full look of the segment. */
  readonly lastSeen: number | null;
  /** The first is the verdict at `firstSeen`; the last is the present one. */
  readonly verdicts: readonly VerdictChange[];
  /** Whether any of its verdicts was a suspect: those lives are kept longest. */
  readonly suspect: boolean;
  readonly local: Endpoint | null;
  readonly remote: Endpoint | null;
  /** The last peer it was seen with: a dead socket has none of its own any more. */
  readonly lastPeer: Endpoint | null;
  readonly acceptedOn: Endpoint | null;
}

/** From `at` on the descriptor had this verdict. */
export interface VerdictChange {
  readonly at: number;
  readonly verdict: string;
}
