import type { Floor } from './floor.ts';

/** A series that statistics are made of: times in hours, values, and the stretch of each. */
export interface BinnedSeries {
  readonly hours: number[];
  readonly values: number[];
  readonly stretch: number[];
  /** The bin of each value. */
  readonly bins: number[];
  /** Bins that each value looks ahead. */
  readonly window: number;
}

const MS_PER_HOUR = 3_600_000;

/**
 * The lower envelope: for each bin the lowest value from there to `window` bins on. A leaked descriptor stays, so it is
 * counted by every later value; what a load opens and closes within the window is not in it.
 *
 * `[5, 9, 5, 6, 9]` with a window of 2 -> `[5, 5, 5, 6]`: a window that does not fit is left out.
 */
export function toEnvelope({ at, lowest, stretch }: Floor, window: number): BinnedSeries {
  const series: BinnedSeries = { hours: [], values: [], stretch: [], bins: [], window };
  const start = at[0] ?? 0;
  for (let bin = 0; bin + window <= lowest.length; bin += 1) {
    if (Number.isNaN(lowest[bin] ?? Number.NaN)) continue;
    let value = Number.POSITIVE_INFINITY;
    for (let i = bin; i < bin + window; i += 1) value = Math.min(value, readKnown(lowest[i]));
    series.hours.push(((at[bin] ?? 0) - start) / MS_PER_HOUR);
    series.values.push(value);
    series.stretch.push(stretch[bin] ?? 0);
    series.bins.push(bin);
  }
  return series;
}

/** A value to take the lowest of: what is not known is never it. */
export function readKnown(value: number | undefined): number {
  return value === undefined || Number.isNaN(value) ? Number.POSITIVE_INFINITY : value;
}
