import type { Limit } from '../model/limits.ts';
import type { QuotaTrend, QuotaUse } from '../model/quota.ts';
import type { HoursToLimit, Trend } from '../model/trend.ts';
import { measureHoursToLimit } from './exhaustion.ts';

/** The limit that comes first: `limit 1024`, `fs.inotify.max_user_instances 128 (60 used by uid 1000)`. */
export interface NearestEnd {
  readonly name: string;
  readonly hours: HoursToLimit;
}

/** The limit that is reached first at the present pace: that of the process, or a quota of its user; null where none comes. */
export function findNearestEnd(
  trends: readonly Trend[],
  soft: Limit | null,
  quota: QuotaTrend | null,
): NearestEnd | null {
  const total = trends.find(({ of }) => of === 'total');
  const hours = total?.growth === 'growing' ? total.hoursToLimit : null;
  // At the limit there is nothing to foretell.
  const own = hours === null || hours.expected === 0 ? null : { name: `limit ${soft ?? '?'}`, hours };
  if (quota === null || (own !== null && own.hours.expected <= quota.hoursToLimit.expected)) return own;
  const { name, limit, used, uid } = quota;
  return { name: `${name} ${limit} (${used} used by uid ${uid})`, hours: quota.hoursToLimit };
}

/** When inotify instances that grow here meet the quota of their user; null where they do not grow. */
export function toQuotaTrend(trends: readonly Trend[], use: QuotaUse): QuotaTrend | null {
  const rate = findInotify(trends);
  if (rate?.perHour == null) return null;
  const slope = { perHour: rate.perHour, low: rate.perHourLow ?? 0, high: rate.perHourHigh ?? rate.perHour };
  const hoursToLimit = measureHoursToLimit({ ...slope, z: 0, perEvent: 1 }, use.used, use.limit);
  return hoursToLimit === null ? null : { ...use, hoursToLimit };
}

/** The trend of inotify instances, where they grow: their limit is that of the user. */
export function findInotify(trends: readonly Trend[]): Trend | undefined {
  return trends.find(({ of, subject, growth }) => of === 'kind' && subject === 'inotify' && growth === 'growing');
}
