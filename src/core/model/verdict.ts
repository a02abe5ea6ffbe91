/** What a descriptor was observed to be: one vocabulary for terminal, JSON, history, metrics and docs. */
export const VERDICTS = [
  'orphaned',
  'peer-closed',
  'half-closed',
  'connect-failed',
  'fresh',
  'bound',
  'closed-listener',
  'established',
  'listening',
  'connecting',
  'closing',
  'unlisted',
  'peer-gone',
  'datagram',
  'untabulated',
  'undecided',
  'in-use',
] as const;

export type VerdictName = (typeof VERDICTS)[number];

export type Leak = 'certain' | 'suspect' | 'no';

/**
 * Why an orphan is over; null for every other verdict. The kernel's own walk alone tells what it timed out on, that it was unreachable or
 * refused, or destroyed by an administrator; without it all of them are `reset`.
 */
export type Cause = 'reset' | 'ended' | 'timed-out' | 'unreachable' | 'refused' | 'destroyed' | 'unknown';

/** A false-positive trap that a verdict was checked against. */
export type Check =
  /** The descriptor still named the same socket, and the tables still missed it, when read again. */
  | 'tables-again'
  | 'second-look'
  /** `--settle 0`: nobody looked twice, so nothing is certain. */
  | 'second-look-off'
  | 'namespaces'
  | 'autopsy'
  /** The kernel's own walk saw its state, in one instant with its descriptor. */
  | 'walk';

export interface Verdict {
  readonly is: VerdictName;
  readonly cause: Cause | null;
  readonly leak: Leak;
  readonly because: string;
  readonly checked: readonly Check[];
}
