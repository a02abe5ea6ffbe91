import type { Trend } from '../model/trend.ts';
import type { JudgedPlace, Turnover } from '../model/turnover.ts';
import { judgePlace, type PlaceContext } from './judge-place.ts';

/** Looks may be too few to see a place grow; one that makes this part of the growth of all grows as they do, */
const MOST_OF_ALL = 0.5;
/** and so does one that makes this part of it, where none was ever closed and they came early and late. */
const PART_OF_ALL = 0.1;

/** Judges every place by its turnover and its trend. `watchedMs`: how long its process was watched. */
export function judgePlaces(
  turnovers: readonly Turnover[],
  trends: readonly Trend[],
  { watchedMs, isAtLimit }: Omit<PlaceContext, 'peers'>,
): JudgedPlace[] {
  const byPlace = new Map(trends.filter(({ of }) => of === 'place').map((trend) => [trend.subject, trend]));
  const total = trends.find(({ of }) => of === 'total') ?? null;
  const rise = turnovers.reduce((sum, { open, atStart }) => sum + open - atStart, 0);
  const peers = turnovers
    .filter(({ drivenBy }) => drivenBy === 'peers')
    .reduce((sum, { survivors }) => sum + survivors, 0);
  return turnovers.map((turnover) => {
    const own = byPlace.get(turnover.place) ?? null;
    const isUnclear = own === null || own.growth === 'too-short' || own.growth === 'steady';
    const share = measureShare(turnover, rise);
    const trend = isUnclear && total?.growth === 'growing' && share > 0 ? toShare(total, share) : own;
    return judgePlace(turnover, trend, { watchedMs, isAtLimit, peers });
  });
}

/** The part of the growth of all that a place makes for certain; 0 where that is not known. */
function measureShare({ open, atStart, closed, early, late }: Turnover, rise: number): number {
  const share = rise <= 0 ? 0 : Math.min(1, (open - atStart) / rise);
  const isSteady = closed === 0 && early > 0 && late > 0;
  return share >= MOST_OF_ALL || (share >= PART_OF_ALL && isSteady) ? share : 0;
}

function toShare(total: Trend, share: number): Trend {
  const of = (perHour: number | null): number | null => (perHour === null ? null : perHour * share);
  return {
    ...total,
    perHour: of(total.perHour),
    perHourLow: of(total.perHourLow),
    perHourHigh: of(total.perHourHigh),
  };
}
