import type { Limit } from './limits.ts';

/** How many descriptors carry each name: `{ orphaned: 40, listening: 9 }`. Names that do not occur are left out. */
export type Counts = Readonly<Record<string, number>>;

/** Opened and closed, by place. */
export type Moved = Readonly<Record<string, readonly [opened: number, closed: number]>>;

/** What the classified look of a tick saw. */
export interface FullLook {
  readonly byVerdict: Counts;
  readonly byKind: Counts;
  /** Descriptors of each place, of at most so many places as are kept; null in a history that knows none. */
  readonly byPlace: Counts | null;
  /** What appeared and went at each place since the full look before; places where nothing did are left out. */
  readonly moved: Moved;
  /** Descriptors that appeared and went since the full look before; null for the first of a segment. */
  readonly opened: number | null;
  readonly closed: number | null;
}

/** One tick of a watch. Times are milliseconds since 1970. */
export interface Sample {
  readonly at: number;
  /** The {@link Segment} it belongs to. */
  readonly segment: number;
  /** Open descriptors, the real count of this moment. */
  readonly open: number;
  /** RLIMIT_NOFILE as it was at this tick; null where it could not be read. */
  readonly soft: Limit | null;
  readonly hard: Limit | null;
  /** null: only the cheap count was taken at this tick. */
  readonly full: FullLook | null;
}

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

/** Why a new segment began: values before and after it are not one line. */
export type SegmentCause = 'first-look' | 'restart' | 'exec' | 'limit-changed' | 'pid-reused' | 'boot';

/** What a tick found of the process; a change of any of it begins a segment. */
export interface SegmentKey {
  readonly pid: number;
  readonly startTicks: number;
  readonly bootId: string;
  readonly comm: string;
  readonly exe: string | null;
  readonly soft: Limit | null;
  readonly hard: Limit | null;
}

/** A stretch of samples of one process under one limit. */
export interface Segment extends SegmentKey {
  /** Counted up from 1 within one history. */
  readonly id: number;
  readonly from: number;
  readonly because: SegmentCause;
}

/** A stretch nobody watched, or whose clock cannot be trusted. */
export interface Gap {
  readonly from: number;
  readonly until: number;
}
