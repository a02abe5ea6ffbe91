import type { Limit } from './limits.ts';
import type { Sample } from './sample.ts';
import type { Rollup } from './rollup.ts';
import type { Gap, Segment } from './segment.ts';

/** What the number of descriptors does. `plateaued`: it grew and stopped. `too-short`: nobody can say yet. */
export type GrowthWord = 'growing' | 'steady' | 'shrinking' | 'plateaued' | 'too-short';

/**
 * How it grows. `slope`: evenly, also when there is little load. `load-driven`: in step with the churn. `steps`: in
 * bursts. `unclear`: it grows, and noise or a constant load hides how. `none`: it does not grow.
 */
export type Shape = 'slope' | 'steps' | 'load-driven' | 'unclear' | 'none';

/** Hours until the soft limit is reached: `low` if it grows as fast as it may, `high` if as slowly; null: perhaps never. */
export interface HoursToLimit {
  readonly low: number;
  readonly expected: number;
  readonly high: number | null;
}

/** What a trend is about. */
export type SubjectKind = 'total' | 'kind' | 'verdict' | 'place';

/** What became of one count: the total, one kind, one verdict or one place. An entry of `trends` in `fdleak.report/1`. */
export interface Trend {
  /** `total`, or the name of the kind, verdict or place. */
  readonly subject: string;
  readonly of: SubjectKind;
  readonly growth: GrowthWord;
  /** Descriptors per hour, with the bounds of a 95 % interval; null where nothing was measured. */
  readonly perHour: number | null;
  readonly perHourLow: number | null;
  readonly perHourHigh: number | null;
  readonly shape: Shape;
  /** null unless it grows towards a limit that is known. */
  readonly hoursToLimit: HoursToLimit | null;
  readonly because: string;
}

/** What a trend is measured from: samples where there are any, roll-ups for the time before. In time order. */
export interface TrendInput {
  readonly segments: readonly Segment[];
  readonly samples: readonly Sample[];
  readonly rollups: readonly Rollup[];
  readonly gaps: readonly Gap[];
  /** The count and the soft limit of this moment. */
  readonly now: { readonly open: number; readonly soft: Limit | null };
}
