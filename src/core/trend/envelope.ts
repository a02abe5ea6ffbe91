/** A count over time in equal bins, the lowest of each: the first thinning. */
export interface Floor {
  readonly binMs: number;
  /** Where each bin begins; NaN in `lowest` where nothing was seen, or two stretches met. */
  readonly at: Float64Array;
  readonly lowest: Float64Array;
  readonly stretch: Int32Array;
  /** Descriptors opened up to the end of each bin. */
  readonly opened: Float64Array;
}

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

export interface RowSpan {
  readonly at: Float64Array;
  readonly values: Float64Array;
  readonly stretch: Int32Array;
  readonly opened: Float64Array;
  /** Rows `[first, end)`. */
  readonly first: number;
  readonly end: number;
}

/** Sorts the rows of a span into `bins` equal bins and keeps the lowest value of each. */
export function toFloor({ at, values, stretch, opened, first, end }: RowSpan, bins: number): Floor {
  const start = at[first] ?? 0;
  const binMs = Math.max(1, ((at[end - 1] ?? start) - start) / bins);
  const lowest = new Float64Array(bins).fill(Number.NaN);
  const stretches = new Int32Array(bins).fill(-1);
  const openedByBin = new Float64Array(bins);
  const mixed = new Set<number>();
  for (let i = first; i < end; i += 1) {
    const bin = Math.min(bins - 1, Math.max(0, Math.floor(((at[i] ?? 0) - start) / binMs)));
    openedByBin[bin] = opened[i] ?? 0;
    const value = values[i] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    if (stretches[bin] !== -1 && stretches[bin] !== stretch[i]) mixed.add(bin);
    stretches[bin] = stretch[i] ?? 0;
    const known = lowest[bin] ?? Number.NaN;
    if (Number.isNaN(known) || value < known) lowest[bin] = value;
  }
  for (const bin of mixed) lowest[bin] = Number.NaN;
  return {
    binMs,
    at: Float64Array.from(lowest, (_, bin) => start + bin * binMs),
    lowest,
    stretch: stretches,
    opened: openedByBin,
  };
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
