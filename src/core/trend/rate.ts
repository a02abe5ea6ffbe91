import type { Shape } from '../model/trend.ts';
import { findClearEnvelope, sum, toChanges } from './clear-envelope.ts';
import type { Floor, Series } from './envelope.ts';
import { measureSlope, type Slope } from './theil-sen.ts';

const Z_95 = 1.96;

/**
 * The rate of a count that is known to grow, from the clearest envelope there is: it reaches further to the end than the
 * one the growth was established on, `slope`; the interval covers those of both.
 *
 * Bursts have no slope between most pairs: their rate is the mean, with the spread of a compound Poisson process.
 */
export function measureRate(floor: Floor, shape: Shape, slope: Slope): Slope {
  const clear = findClearEnvelope(floor);
  if (clear === null) return slope;
  if (shape === 'steps') return measureMeanRate(clear, slope);
  const finer = measureSlope(clear);
  if (finer === null || finer.perHour <= 0) return slope;
  return { ...finer, low: Math.max(0, Math.min(finer.low, slope.low)), high: Math.max(finer.high, slope.high) };
}

/** k steps come as k +- sqrt(k): the rise is known to 1.96 times the root of the sum of the squared steps. */
function measureMeanRate(clear: Series, slope: Slope): Slope {
  const changes = toChanges(clear);
  const rise = sum(changes);
  const hours = (clear.hours.at(-1) ?? 0) - (clear.hours[0] ?? 0);
  if (hours <= 0 || rise <= 0) return slope;
  const reach = Z_95 * Math.sqrt(sum(changes.map((change) => change ** 2)));
  return {
    ...slope,
    perHour: rise / hours,
    low: Math.max(0, rise - reach) / hours,
    high: (rise + reach) / hours,
  };
}
