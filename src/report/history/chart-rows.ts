import type { Series } from '../../core/model/report.ts';
import { toTimes } from './html-charts.ts';

/** A chart as text: at most so many rows, the lowest and highest of each. */
export function toRows(
  series: Series,
  since: number,
  until: number,
  most: number,
): [time: number, low: number, high: number][] {
  const { length } = series.high;
  const times = toTimes(length, since, until);
  const step = Math.max(1, Math.ceil(length / most));
  const rows: [number, number, number][] = [];
  for (let i = 0; i < length; i += step) {
    const lows = series.low.slice(i, i + step).filter((value) => value !== null);
    const highs = series.high.slice(i, i + step).filter((value) => value !== null);
    if (highs.length > 0) rows.push([(times[i] ?? 0) * 1000, Math.min(...lows), Math.max(...highs)]);
  }
  return rows;
}
