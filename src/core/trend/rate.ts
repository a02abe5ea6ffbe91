import type { Shape } from '../model/trend.ts';
import { findClearEnvelope, sum, toChanges } from './clear-envelope.ts';
import type { BinnedSeries } from './envelope.ts';
import type { Floor } from './floor.ts';
import type { Slope } from './theil-sen.ts';

const Z_95 = 1.96;
const MS_PER_HOUR = 3_600_000;

/**
 * The rate of a count that is known to grow, in descriptors per hour, with a 95 % interval that also holds the chance of when
 * the leaks come: what happens next is of the same process, not the same hours.
 *
 * Bursts have no slope between most pairs, and a slope weighs the busy days of a leak by load unevenly: theirs is the mean.
 */
export function measureRate(floor: Floor, shape: Shape, slope: Slope): Rate {
  const clear = findClearEnvelope(floor);
  // A longer window takes out noise, and makes bursts of what comes one by one.
  const perEvent = clear?.window === 1 ? measureDispersion(toChanges(clear)) : 1;
  const isUneven = shape === 'steps' || shape === 'load-driven';
  const rate = clear !== null && isUneven ? measureMeanRate(clear, slope) : widen(slope, perEvent / countHours(floor));
  return { ...rate, perEvent };
}

/** `perEvent`: how many come at once, as far as chance goes: 1 where they come one by one. */
export interface Rate extends Slope {
  readonly perEvent: number;
}

/** Variance by mean of what equal times bring: 1 for what comes one by one at random, the mean of squares by the mean for bursts. */
function measureDispersion(changes: readonly number[]): number {
  const mean = sum(changes) / Math.max(1, changes.length);
  if (mean <= 0) return 1;
  const variance = sum(changes.map((change) => (change - mean) ** 2)) / changes.length;
  return Math.max(1, variance / mean);
}

/** Hours of the bins that were seen. */
function countHours({ lowest, binMs }: Floor): number {
  return (lowest.filter((value) => !Number.isNaN(value)).length * binMs) / MS_PER_HOUR;
}

/**
 * The slope of a count that rises at random has the variance 6/5 of rate / hours, times how many come at once (Durlauf and Phillips 1988).
 * That of the load is in Sen's interval; the two do not depend on each other.
 */
function widen(slope: Slope, perEventHour: number): Slope {
  const { perHour, low, high } = slope;
  const chance = Z_95 * Math.sqrt(1.2 * Math.max(0, perHour) * perEventHour);
  return {
    ...slope,
    low: Math.max(0, perHour - Math.hypot(perHour - low, chance)),
    high: perHour + Math.hypot(high - perHour, chance),
  };
}

/** Hours in which the changes of a series came: what happened between its stretches is in none of them. */
function countChanging({ hours, stretch }: BinnedSeries): number {
  return sum(hours.map((hour, at) => (at > 0 && stretch[at] === stretch[at - 1] ? hour - (hours[at - 1] ?? hour) : 0)));
}

/** k steps come as k +- sqrt(k): the rise is known to 1.96 times the root of the sum of the squared steps. */
function measureMeanRate(clear: BinnedSeries, slope: Slope): Slope {
  const changes = toChanges(clear);
  const rise = sum(changes);
  const hours = countChanging(clear);
  if (hours <= 0 || rise <= 0) return slope;
  const reach = Z_95 * Math.sqrt(sum(changes.map((change) => change ** 2)));
  return {
    ...slope,
    perHour: rise / hours,
    low: Math.max(0, rise - reach) / hours,
    high: (rise + reach) / hours,
  };
}
