import type { Life } from '../model/life.ts';
import type { Counts, Moved } from '../model/sample.ts';
import { placeOf } from './turnover-book.ts';

/** A sample names so many places, the heaviest; the rest are one. */
const MOST_NAMED = 200;
export const OTHER_PLACES = 'other places';

/** How many of these lives each place has. `{ '/proc/#/stat': 120, 'tcp to 10.0.0.7:5432': 4 }` */
export function countPlaces(lives: Iterable<Life>): Counts {
  const counts = new Map<string, number>();
  for (const life of lives) counts.set(placeOf(life), (counts.get(placeOf(life)) ?? 0) + 1);
  if (counts.size <= MOST_NAMED) return Object.fromEntries(counts);
  const sorted = [...counts].toSorted(([, a], [, b]) => b - a);
  const rest = sorted.slice(MOST_NAMED).reduce((sum, [, count]) => sum + count, 0);
  return { ...Object.fromEntries(sorted.slice(0, MOST_NAMED)), [OTHER_PLACES]: rest };
}

/** What began and ended at each place. What ended at a place that `named` leaves out belongs to the rest, where there is one. */
export function countMoved(begun: readonly Life[], ended: readonly Life[], named: Counts): Moved {
  const moved: Record<string, [number, number]> = {};
  const rowOf = (life: Life): [number, number] => {
    const place = placeOf(life);
    const isNamed = place in named || !(OTHER_PLACES in named);
    return (moved[isNamed ? place : OTHER_PLACES] ??= [0, 0]);
  };
  for (const life of begun) rowOf(life)[0] += 1;
  for (const life of ended) rowOf(life)[1] += 1;
  return moved;
}
