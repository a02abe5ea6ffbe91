import type { Subject } from './budget.ts';
import type { Descriptor } from './descriptor.ts';
import type { Limit } from './limits.ts';
import type { ProcessIdentity } from './process.ts';

export type AssertionResult = 'passed' | 'failed' | 'undecidable';

/** What is asserted, before anything is looked at. */
export interface Asserted {
  /** `max orphaned`, `growth of orphaned, accepted on :8080`. */
  readonly name: string;
  /** What it counts, where it allows a number of something; null for every other kind of assertion. */
  readonly subject: Subject | 'open' | null;
  /** The highest number allowed; null where none is, or it is a share of an unknown limit. */
  readonly most: number | null;
  /** `<= 0`. */
  readonly expected: string;
}

/** One thing that was asserted. `descriptors` are those that break it, or that leave it undecided. */
export interface Assertion extends Asserted {
  /** null when it could not be counted. */
  readonly found: number | null;
  readonly result: AssertionResult;
  readonly because: string;
  readonly descriptors: readonly Descriptor[];
}

/** Of an assertion that allows no number of something. */
export const COUNTS_NOTHING = { subject: null, most: null } as const;

/** The document `fdleak.assertion/1`. What is not known is null. */
export interface AssertionReport {
  readonly schema: 'fdleak.assertion/1';
  readonly version: string;
  readonly takenAt: string;
  /** Every assertion held: an undecidable one does not. */
  readonly passed: boolean;
  /** From the first look to the last. */
  readonly settledAfterMs: number;
  /** null when it could not be looked at. */
  readonly process: ProcessIdentity | null;
  readonly open: number | null;
  readonly soft: Limit | null;
  /** What stayed after each run of the exercise, summed over everything that leaks; null without an exercise. */
  readonly runs: readonly number[] | null;
  /** What else a reader should know: how commands ended, what was not looked at. */
  readonly notes: readonly string[];
  readonly assertions: readonly Assertion[];
}

/** The worst of several: a failure wins over what could not be decided. */
export function worstResult(assertions: readonly Assertion[]): AssertionResult {
  if (assertions.some(({ result }) => result === 'failed')) return 'failed';
  return assertions.some(({ result }) => result === 'undecidable') ? 'undecidable' : 'passed';
}
