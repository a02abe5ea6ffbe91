import type { Limit } from '../model/limits.ts';
import type { HoursToLimit } from '../model/trend.ts';
import type { Rate } from './rate.ts';

const Z_95 = 1.96;

/**
 * Hours until `open` reaches `soft`, from the real count and the limit of this moment: 73 open of 1024 at 1.7 an hour
 * (1.5 to 1.9) -> 559, from 501 to 634. 0 at the limit; null without one. `high` is null
 * where the rate may be as low as 0. That those which are still to come come at random as well is in the interval.
 */
export function measureHoursToLimit(rate: Rate, open: number, soft: Limit | null): HoursToLimit | null {
  const { perHour, low, high, perEvent } = rate;
  if (soft === null || soft === 'unlimited' || perHour <= 0) return null;
  const free = Math.max(0, soft - open);
  const chance = free === 0 ? 0 : Z_95 * perHour * Math.sqrt(perEvent / free);
  const least = perHour - Math.hypot(perHour - low, chance);
  const most = perHour + Math.hypot(high - perHour, chance);
  return { low: free / most, expected: free / perHour, high: least > 0 ? free / least : null };
}
