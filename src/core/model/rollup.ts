import type { Limit } from './limits.ts';
import type { Moved } from './sample.ts';

/** Smallest, median and largest value of an interval. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

export type Spreads = Readonly<Record<string, Spread>>;

/** Ten minutes of samples of one segment, kept when the samples are gone. */
export interface Rollup {
  /** Start of the interval; it ends at `at` + 10 minutes. */
  readonly at: number;
  readonly segment: number;
  readonly samples: number;
  readonly open: Spread;
  /** The limits of the last sample. */
  readonly soft: Limit | null;
  readonly hard: Limit | null;
  /** Full looks among the samples; without one, `byVerdict` and `byKind` are empty and the churn is null. */
  readonly fullLooks: number;
  readonly byVerdict: Spreads;
  readonly byKind: Spreads;
  readonly byPlace: Spreads | null;
  readonly moved: Moved;
  /** Sums over the interval. */
  readonly opened: number | null;
  readonly closed: number | null;
}
