import { readKnown } from './envelope.ts';
import type { RowSpan } from './floor.ts';
import { measureSpan, type SpanTrend } from './span.ts';

/** The trend of one count, and where it was seen. */
export interface GrowthFound extends SpanTrend {
  readonly span: RowSpan;
  /** The whole life of the present process, its latest part, or the process before. */
  readonly seen: 'whole' | 'latest' | 'before';
}

const HOUR_MS = 3_600_000;
/** Below this, the load of a day may be the whole of what is seen. */
const TWO_DAYS_HOURS = 48;
/** After a gap or another limit, this much must have been seen before a new height is news. */
const DAY_MS = 24 * HOUR_MS;
/** A span this many times shorter than the process is the last to be looked at. */
const SHORTEST_PART = 256;
/** New heights are above all before by this part of the distance from lowest to highest. */
const NEWS = 0.25;

/**
 * Looks at the whole life of the present process; then, as a leak may have begun lately, at its latest half, quarter, …
 * There growth only counts where the count has left behind all it ever was: every morning looks like a leak for hours.
 *
 * `lives` are spans of one process each, oldest first. null without any.
 */
export function findGrowth(lives: readonly RowSpan[]): GrowthFound | null {
  const present = lives.at(-1);
  if (present === undefined) return null;
  const whole: GrowthFound = { ...measureSpan(present), span: present, seen: 'whole' };
  const earlier = lives.slice(0, -1);
  if (whole.growth === 'growing') return isLikeBefore(whole, earlier) ? { ...whole, growth: 'steady' } : whole;
  const latest = findLatest(present, earlier);
  if (latest !== null) return latest;
  return (whole.growth === 'too-short' ? findEarlier(earlier).at(-1) : undefined) ?? whole;
}

/** The earlier processes that were watched long enough to tell. */
function findEarlier(lives: readonly RowSpan[]): GrowthFound[] {
  return lives
    .map((span): GrowthFound => ({ ...measureSpan(span), span, seen: 'before' }))
    .filter(({ growth }) => growth !== 'too-short');
}

/**
 * Most processes before this one did not leak, and they were as high: the load of a day may lift this one as well. A
 * process that was watched for two days stands for itself.
 */
function isLikeBefore(whole: GrowthFound, lives: readonly RowSpan[]): boolean {
  if (whole.hours >= TWO_DAYS_HOURS) return false;
  const earlier = findEarlier(lives);
  const leaked = earlier.filter(({ growth }) => growth === 'growing').length;
  if (earlier.length === 0 || leaked * 2 > earlier.length) return false;
  return !isNews(
    whole.lastLow,
    earlier.map(({ span }) => span),
  );
}

function findLatest(present: RowSpan, earlier: readonly RowSpan[]): GrowthFound | null {
  const start = present.at[present.first] ?? 0;
  const end = present.at[present.end - 1] ?? 0;
  for (let part = 2; part <= SHORTEST_PART; part *= 2) {
    const length = (end - start) / part;
    const first = findRow(present, end - length);
    const lowest = findLowest({ ...present, first: findRow(present, end - length / 3) });
    if (!isComparable(present, first) || !isNews(lowest, [...earlier, { ...present, end: first }])) continue;
    const span = { ...present, first };
    const found = measureSpan(span);
    if (found.growth === 'growing') return { ...found, span, seen: 'latest' };
    if (found.growth === 'too-short') return null;
  }
  return null;
}

/** Whether the rows before `row` were seen under the present conditions, and for long enough. */
function isComparable({ at, stretch, first, end }: RowSpan, row: number): boolean {
  const last = stretch[end - 1] ?? 0;
  return last === stretch[first] || (at[row] ?? 0) - (at[stretch.indexOf(last)] ?? 0) >= DAY_MS;
}

function isNews(level: number, past: readonly RowSpan[]): boolean {
  const highest = Math.max(...past.map(findHighest));
  const lowest = Math.min(...past.map(findLowest));
  return level > highest + NEWS * (highest - lowest);
}

/** The first row at `from` or later. */
function findRow({ at, first, end }: RowSpan, from: number): number {
  let low = first;
  let high = end;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((at[middle] ?? 0) < from) low = middle + 1;
    else high = middle;
  }
  return low;
}

function findHighest({ values, first, end }: RowSpan): number {
  let highest = Number.NEGATIVE_INFINITY;
  for (let i = first; i < end; i += 1) highest = Math.max(highest, values[i] || 0);
  return highest;
}

function findLowest({ values, first, end }: RowSpan): number {
  let lowest = Number.POSITIVE_INFINITY;
  for (let i = first; i < end; i += 1) lowest = Math.min(lowest, readKnown(values[i]));
  return lowest;
}
