import type { Trend } from '../model/trend.ts';
import type { JudgedPlace, Turnover } from '../model/turnover.ts';
import { judgePlace, type PlaceContext } from './judge-place.ts';

/** Looks may be too few to see a place grow; one that makes this part of the growth of all grows as they do. */
const MOST_OF_ALL = 0.5;

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
    const makesMost = rise > 0 && turnover.open - turnover.atStart >= MOST_OF_ALL * rise;
    const isUnclear = own === null || own.growth === 'too-short' || own.growth === 'steady';
    const trend = isUnclear && total?.growth === 'growing' && makesMost ? total : own;
    return judgePlace(turnover, trend, { watchedMs, isAtLimit, peers });
  });
}
