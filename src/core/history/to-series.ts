import type { Series } from '../model/report.ts';
import type { Counts, Rollup, Sample, Spread } from '../model/sample.ts';

interface Span {
  readonly since: number;
  readonly until: number;
  readonly bins: number;
}

/** The lowest and highest count of each bin, of `total` or of a kind or verdict, from roll-ups up to the first sample and samples. */
export function toSeries(
  subject: string,
  { samples, rollups }: { readonly samples: readonly Sample[]; readonly rollups: readonly Rollup[] },
  { since, until, bins }: Span,
): Series {
  const low: (number | null)[] = Array.from({ length: bins }, () => null);
  const high = low.slice();
  const scale = bins / Math.max(1, until - since);
  const add = (at: number, min: number, max: number): void => {
    const bin = Math.min(bins - 1, Math.floor((at - since) * scale));
    if (bin < 0) return;
    low[bin] = Math.min(low[bin] ?? min, min);
    high[bin] = Math.max(high[bin] ?? max, max);
  };
  const firstSample = samples[0]?.at ?? Number.POSITIVE_INFINITY;
  for (const rollup of rollups) {
    if (rollup.at >= firstSample) continue;
    const spread = spreadOf(rollup, subject);
    if (spread !== null) add(rollup.at, spread.min, spread.max);
  }
  for (const sample of samples) {
    const count = countOf(sample, subject);
    if (count !== null) add(sample.at, count, count);
  }
  return { subject, low, high };
}

function spreadOf({ open, fullLooks, byVerdict, byKind }: Rollup, subject: string): Spread | null {
  if (subject === 'total') return open;
  return fullLooks === 0 ? null : (byVerdict[subject] ?? byKind[subject] ?? NONE);
}

const NONE: Spread = { min: 0, median: 0, max: 0 };

function countOf({ open, full }: Sample, subject: string): number | null {
  if (subject === 'total') return open;
  if (full === null) return null;
  const counted: Counts = full.byVerdict;
  return counted[subject] ?? full.byKind[subject] ?? 0;
}
