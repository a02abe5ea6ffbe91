import type { HistoryReport } from '../../core/model/report.ts';
import { findNearestEnd } from '../../core/trend/nearest-end.ts';

const HOUR_MS = 3_600_000;
/** A forecast is drawn for this part of the time that was watched, at most. */
const AHEAD = 0.5;

/** From the last count to the limit, or as far as is drawn. */
export function toForecast({ trends, soft, open, since, until }: HistoryReport): { at: number; count: number }[] {
  const end = findNearestEnd(trends, soft, null);
  if (end === null || since === null || until === null || typeof soft !== 'number') return [];
  const wholeMs = end.hours.expected * HOUR_MS;
  const shownMs = Math.min(wholeMs, AHEAD * (until - since));
  if (shownMs <= 0) return [];
  const count = open + ((soft - open) * shownMs) / wholeMs;
  return [{ at: (until + shownMs) / 1000, count: Math.round(count) }];
}
