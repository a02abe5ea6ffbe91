import type { Counts } from '../model/sample.ts';
import type { Spread, Spreads } from '../model/rollup.ts';

export function toSpreads(counts: readonly Counts[]): Spreads {
  const names = new Set(counts.flatMap((one) => Object.keys(one)));
  return Object.fromEntries([...names].map((name) => [name, toSpread(counts.map((one) => one[name] ?? 0))]));
}

/** Places were not counted by every fdleak that wrote a history: null where none did. */
export function toKnownSpreads(counts: readonly (Counts | null)[]): Spreads | null {
  const known = counts.filter((one) => one !== null);
  return known.length === 0 ? null : toSpreads(known);
}

/** The lower of two middle values is the median: a count that was seen. */
export function toSpread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  return { min: sorted[0] ?? 0, median: sorted[(sorted.length - 1) >> 1] ?? 0, max: sorted.at(-1) ?? 0 };
}
