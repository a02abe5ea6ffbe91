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
