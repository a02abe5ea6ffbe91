import type { JudgedPlace } from '../../core/model/turnover.ts';
import type { PlaceOrder } from './screen-views.ts';

const ORDERS: Readonly<Record<PlaceOrder, (a: JudgedPlace, b: JudgedPlace) => number>> = {
  now: () => 0,
  pace: (a, b) => (b.perHour ?? 0) - (a.perHour ?? 0),
  oldest: (a, b) => (a.oldestSince ?? Infinity) - (b.oldestSince ?? Infinity),
  where: (a, b) => (a.place < b.place ? -1 : 1),
};

/** The places of a watch, as the viewer wants them; as they come, those that hold most are first. */
export function sortPlaces(places: readonly JudgedPlace[], order: PlaceOrder): readonly JudgedPlace[] {
  return order === 'now' ? places : places.toSorted(ORDERS[order]);
}
