import type { BinnedSeries } from './envelope.ts';

/** Kendall's S, the number of rises less the number of falls over all pairs, and its variance where there is no trend. */
export interface Kendall {
  readonly s: number;
  readonly variance: number;
  /** Standard score, with the correction for continuity. */
  readonly z: number;
}

/**
 * The test of Mann (1945) and Kendall (1975) with ties, stretch by stretch: S and its variance are added up over the
 * stretches (as over the seasons of Hirsch, Slack and Smith 1982), no pair goes from one stretch to another.
 *
 * `inflation` is n/n* of Hamed and Rao (1998): values that follow each other closely say less than as many independent ones.
 */
export function measureKendall({ values, stretch }: BinnedSeries, inflation: number): Kendall {
  let s = 0;
  let variance = 0;
  for (let first = 0; first < values.length;) {
    let end = first;
    while (end < values.length && stretch[end] === stretch[first]) end += 1;
    const part = values.slice(first, end);
    s += countRises(part);
    variance += measureVariance(part);
    first = end;
  }
  variance *= inflation;
  return { s, variance, z: variance === 0 ? 0 : (s - Math.sign(s)) / Math.sqrt(variance) };
}

function countRises(values: readonly number[]): number {
  let s = 0;
  for (let i = 0; i < values.length; i += 1) {
    for (let j = i + 1; j < values.length; j += 1) s += Math.sign((values[j] ?? 0) - (values[i] ?? 0));
  }
  return s;
}

/** n(n-1)(2n+5)/18, less the same for every group of equal values. */
function measureVariance(values: readonly number[]): number {
  const groups = new Map<number, number>();
  for (const value of values) groups.set(value, (groups.get(value) ?? 0) + 1);
  const term = (n: number) => n * (n - 1) * (2 * n + 5);
  return [...groups.values()].reduce((sum, n) => sum - term(n), term(values.length)) / 18;
}

/**
 * n/n* of Hamed and Rao (1998), from the autocorrelation of the ranks of what the slope leaves over. Only lags whose
 * correlation is significant count, up to a third of the series. Never below 1: values are not made to say more.
 */
export function measureInflation({ hours, values }: BinnedSeries, perHour: number): number {
  const n = values.length;
  if (n < 4) return 1;
  const ranks = toRanks(values.map((value, i) => value - perHour * (hours[i] ?? 0)));
  const mean = (n + 1) / 2;
  const spread = ranks.reduce((sum, rank) => sum + (rank - mean) ** 2, 0);
  if (spread === 0) return 1;
  let sum = 0;
  for (let lag = 1; lag <= n / 3; lag += 1) {
    let product = 0;
    for (let i = 0; i + lag < n; i += 1) product += ((ranks[i] ?? 0) - mean) * ((ranks[i + lag] ?? 0) - mean);
    const correlation = product / spread;
    if (Math.abs(correlation) > 1.96 / Math.sqrt(n)) sum += (n - lag) * (n - lag - 1) * (n - lag - 2) * correlation;
  }
  return Math.max(1, 1 + (2 * sum) / (n * (n - 1) * (n - 2)));
}

/** Ranks from 1; equal values share the mean of theirs: `[7, 3, 7]` -> `[2.5, 1, 2.5]`. */
export function toRanks(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).toSorted((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const ranks = values.map(() => 0);
  for (let first = 0; first < order.length;) {
    let end = first;
    while (end < order.length && values[order[end] ?? 0] === values[order[first] ?? 0]) end += 1;
    for (let i = first; i < end; i += 1) ranks[order[i] ?? 0] = (first + end + 1) / 2;
    first = end;
  }
  return ranks;
}
