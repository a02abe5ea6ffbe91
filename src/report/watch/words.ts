import type { HoursToLimit, Trend } from '../../core/model/trend.ts';
import type { Suspect, WatchState } from '../../core/model/watch.ts';
import { formatEndpoint } from '../../core/words/endpoint.ts';
import { formatRates } from '../../core/words/place-growth.ts';
import { formatDuration } from '../../core/parse/duration.ts';
import { groupBy } from '../../core/group-by.ts';

const HOUR_MS = 3_600_000;

/** `23 d (21 d to 26 d)`; `high` may be never. */
export function formatHoursToLimit({ low, expected, high }: HoursToLimit): string {
  const upTo = high === null ? 'perhaps never' : formatDuration(high * HOUR_MS);
  return `${formatDuration(expected * HOUR_MS)} (${formatDuration(low * HOUR_MS)} to ${upTo})`;
}

/** `at the last full look, 30 s ago`: of when the verdicts are; null where they are of this moment, as the count is. */
export function formatLookAge({ at, sample, recent }: WatchState): string | null {
  if (sample?.full != null) return null;
  const last = recent.findLast(({ full }) => full !== null);
  return last === undefined ? 'at the last full look' : `at the last full look, ${formatDuration(at - last.at)} ago`;
}

/** Trends that rest on the same evidence are shown together: `[[total, socket], [pipe]]`. */
export function groupTrends(trends: readonly Trend[]): Trend[][] {
  return [...groupBy(trends, ({ growth, because }) => `${growth} ${because}`).values()];
}

/** The trend of the whole, and of what grows, in one line. */
export function formatTrends(trends: readonly Trend[]): string {
  const all = trends.filter(({ growth }) => growth === 'growing');
  const hasPlaces = all.some(({ of }) => of === 'place');
  // A place says more than the kind and the verdict of what is there.
  const growing = all.filter(({ of }) => !hasPlaces || of === 'place' || of === 'total');
  if (growing.length > 0) {
    const [first] = growing;
    const toLimit = growing.find(({ hoursToLimit }) => hoursToLimit !== null)?.hoursToLimit ?? null;
    const limit = toLimit === null || first === undefined ? '' : `, limit in ${formatHoursToLimit(toLimit)}`;
    return `growing: ${growing.map((trend) => `${trend.subject} by ${formatRates(trend)}`).join('; ')}${limit}`;
  }
  const total = trends.find(({ subject }) => subject === 'total');
  return total === undefined ? 'nothing was seen' : total.growth;
}

/** `fd 7  orphaned for 3 min on 127.0.0.1:8080, last peer 127.0.0.1:50112`. */
export function formatSuspect({ fd, verdict, since, local, lastPeer }: Suspect, at: number): string {
  const peer = lastPeer === null ? '' : `, last peer ${formatEndpoint(lastPeer)}`;
  const where = local === null ? '' : ` on ${formatEndpoint(local)}`;
  return `fd ${fd}  ${verdict} for ${formatDuration(at - since)}${where}${peer}`;
}
