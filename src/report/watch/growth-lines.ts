import type { Limit } from '../../core/model/limits.ts';
import type { QuotaTrend } from '../../core/model/quota.ts';
import type { Trend } from '../../core/model/trend.ts';
import type { JudgedPlace } from '../../core/model/turnover.ts';
import { findEarlyRises } from '../../core/trend/early-rises.ts';
import { findNearestEnd } from '../../core/trend/nearest-end.ts';
import { formatLimitEnd } from '../../core/words/limit-end.ts';
import { formatCount } from '../../core/words/numbers.ts';
import { formatEarlyRise, formatPlaceGrowth, formatRates } from '../../core/words/place-growth.ts';
import { groupTrends } from './words.ts';

/** Places beyond these are only counted. */
const SHOWN_PLACES = 5;

/** What growth comes to, for a watch and for a report. */
export interface GrowthFacts {
  /** The moment that is spoken of, ms since 1970. */
  readonly at: number;
  readonly soft: Limit | null;
  readonly quota: QuotaTrend | null;
  readonly places: readonly JudgedPlace[];
  readonly trends: readonly Trend[];
}

/** Which places grow and why that is a leak or may be load; when the limit comes; where no place grows, what the total does. */
export function sayGrowth({ at, soft, quota, places, trends }: GrowthFacts): string[] {
  const leaks = places.filter(({ judgement }) => judgement === 'leak');
  const loads = places.filter(({ judgement }) => judgement === 'may-be-load');
  const lines = [
    ...sayPlaces(leaks, (place) => `leaks: ${formatPlaceGrowth(place)}`),
    ...sayPlaces(loads, (place) => `grows, and may be load: ${formatPlaceGrowth(place)}`),
  ];
  const end = findNearestEnd(trends, soft, quota);
  if (end !== null) {
    const isReached = end.hours.expected <= 0;
    lines.push(isReached ? `${end.name} is reached` : `${end.name} ${formatLimitEnd(end.hours, at)} at this pace`);
  }
  if (lines.length > 0) return lines;
  const early = findEarlyRises(trends, places).slice(0, SHOWN_PLACES).map(formatEarlyRise);
  return early.length > 0 ? early : sayTrends(trends);
}

function sayPlaces(places: readonly JudgedPlace[], say: (place: JudgedPlace) => string): string[] {
  const shown = places.toSorted((a, b) => (b.perHour ?? 0) - (a.perHour ?? 0)).slice(0, SHOWN_PLACES);
  const rest = places.length - shown.length;
  return [...shown.map(say), ...(rest === 0 ? [] : [formatCount(rest, 'more place grows', 'more places grow')])];
}

/** Where no place is known to grow: what the total, the kinds and the verdicts do. */
function sayTrends(trends: readonly Trend[]): string[] {
  const told = trends.filter(({ of, growth }) => of === 'total' || (of !== 'place' && growth === 'growing'));
  return groupTrends(told).map((group) => {
    const [first] = group;
    if (first === undefined) return '';
    const rates = first.growth === 'growing' ? ` by ${formatRates(first)}` : '';
    return `${group.map(({ subject }) => subject).join(', ')}: ${first.growth}${rates}, ${first.because}`;
  });
}
