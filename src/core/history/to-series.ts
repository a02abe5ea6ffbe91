import type { Series } from '../model/report.ts';
import type { Sample } from '../model/sample.ts';
import type { Rollup, Spread } from '../model/rollup.ts';
import type { SubjectKind, Trend } from '../model/trend.ts';

interface Span {
  readonly since: number;
  readonly until: number;
  readonly bins: number;
}

/** The lowest and highest count of each bin, of what a trend is about, from roll-ups up to the first sample and samples. */
export function toSeries(
  { of, subject }: Pick<Trend, 'of' | 'subject'>,
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
    const spread = spreadOf(rollup, of, subject);
    if (spread !== null) add(rollup.at, spread.min, spread.max);
  }
  for (const sample of samples) {
    const count = countOf(sample, of, subject);
    if (count !== null) add(sample.at, count, count);
  }
  return { subject, of, low, high };
}

function spreadOf(
  { open, fullLooks, byVerdict, byKind, byPlace }: Rollup,
  of: SubjectKind,
  subject: string,
): Spread | null {
  if (of === 'total') return open;
  const spreads = { kind: byKind, verdict: byVerdict, place: byPlace }[of];
  return fullLooks === 0 || spreads === null ? null : (spreads[subject] ?? NONE);
}

const NONE: Spread = { min: 0, median: 0, max: 0 };

function countOf({ open, full }: Sample, of: SubjectKind, subject: string): number | null {
  if (of === 'total') return open;
  if (full === null) return null;
  const counts = { kind: full.byKind, verdict: full.byVerdict, place: full.byPlace }[of];
  return counts === null ? null : (counts[subject] ?? 0);
}
