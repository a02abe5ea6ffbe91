import type { Limit } from '../model/limits.ts';
import type { HoursToLimit } from '../model/trend.ts';
import type { Slope } from './theil-sen.ts';

/**
 * Hours until `open` reaches `soft`, from the real count and the limit of this moment: 73 open of 1024 at 1.7 an hour
 * (1.5 to 1.9) -> 559, from 501 to 634. 0 at the limit; null without one. `high` is null
 * where the rate may be as low as 0.
 */
export function measureHoursToLimit(slope: Slope, open: number, soft: Limit | null): HoursToLimit | null {
  if (soft === null || soft === 'unlimited' || slope.perHour <= 0) return null;
  const free = Math.max(0, soft - open);
  return { low: free / slope.high, expected: free / slope.perHour, high: slope.low > 0 ? free / slope.low : null };
}
