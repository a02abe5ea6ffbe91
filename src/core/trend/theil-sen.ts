import type { BinnedSeries } from './envelope.ts';
import { measureInflation, measureKendall } from './mann-kendall.ts';
import { selectRank } from './select.ts';

/** A slope in descriptors per hour with its 95 % interval. */
export interface Slope {
  readonly perHour: number;
  readonly low: number;
  readonly high: number;
  /** Standard score of the Mann-Kendall test. */
  readonly z: number;
}

const Z_95 = 1.96;

/**
 * The median of the slopes of all pairs (Theil 1950, Sen 1968), with Sen's interval: the slopes whose ranks are
 * 1.96 deviations of Kendall's S off the middle. Pairs within a stretch only. Quadratic: thin first.
 *
 * null where no two values share a stretch.
 */
export function measureSlope(series: BinnedSeries): Slope | null {
  const slopes = toSlopes(series);
  if (slopes.length === 0) return null;
  const perHour = readMedian(slopes);
  const { variance, z } = measureKendall(series, measureInflation(series, perHour));
  const reach = Z_95 * Math.sqrt(variance);
  const low = selectRank(slopes, Math.max(0, Math.floor((slopes.length - reach) / 2)));
  const high = selectRank(slopes, Math.min(slopes.length - 1, Math.ceil((slopes.length + reach) / 2)));
  return { perHour, low: Math.min(low, perHour), high: Math.max(high, perHour), z };
}

/** Room for the slopes of one series: a watch measures hundreds at a time, for months, and each would leave 57 KB to be collected. */
let room = new Float64Array(0);

/** Valid until the next call. */
function toSlopes({ hours, values, stretch }: BinnedSeries): Float64Array {
  const pairs = (values.length * (values.length - 1)) / 2;
  if (room.length < pairs) room = new Float64Array(pairs);
  const slopes = room;
  let count = 0;
  for (let i = 0; i < values.length; i += 1) {
    for (let j = i + 1; j < values.length && stretch[j] === stretch[i]; j += 1) {
      const span = (hours[j] ?? 0) - (hours[i] ?? 0);
      if (span > 0) slopes[count++] = ((values[j] ?? 0) - (values[i] ?? 0)) / span;
    }
  }
  return slopes.subarray(0, count);
}

/** The middle, or the mean of the two there. */
function readMedian(values: Float64Array): number {
  const middle = values.length >> 1;
  const upper = selectRank(values, middle);
  return values.length % 2 === 1 ? upper : (selectRank(values, middle - 1) + upper) / 2;
}
