import type { Trend } from '../model/trend.ts';
import type { JudgedPlace } from '../model/turnover.ts';
import { LEAST_RISE } from './span.ts';

/** The places that rose since the first look where the looks are too few to say more, the most first; none where they are enough. */
export function findEarlyRises(trends: readonly Trend[], places: readonly JudgedPlace[]): readonly JudgedPlace[] {
  if (trends.find(({ of }) => of === 'total')?.growth !== 'too-short') return [];
  return places.filter((place) => measureRise(place) >= LEAST_RISE).toSorted((a, b) => measureRise(b) - measureRise(a));
}

function measureRise({ open, atStart }: JudgedPlace): number {
  return open - atStart;
}
