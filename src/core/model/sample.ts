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
  /** The id of the segment it belongs to. */
  readonly segment: number;
  /** Open descriptors, the real count of this moment. */
  readonly open: number;
  /** RLIMIT_NOFILE as it was at this tick; null where it could not be read. */
  readonly soft: Limit | null;
  readonly hard: Limit | null;
  /** null: only the cheap count was taken at this tick. */
  readonly full: FullLook | null;
}
