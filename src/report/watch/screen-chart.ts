import type { WatchState } from '../../core/model/watch.ts';
import { findNearestEnd } from '../../core/trend/nearest-end.ts';
import { formatClock } from '../../core/words/limit-end.ts';
import type { ScreenStyle } from '../text/style.ts';

const HOUR_MS = 3_600_000;
const STEPS = ' ▁▂▃▄▅▆▇█';
const EIGHTHS = 8;
/** What lies ahead takes this part of the width, where something grows. */
const AHEAD = 0.3;
const LEAST_COLUMNS = 10;

/**
 * The count from 0 to the limit, which is dashed, with the forecast dotted:
 *
 *     1024 ┤╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌
 *      512 ┤       ▂▄▆   ··
 *        0 ┤▂▃▄▅▆▇███ ··
 *          10:07:31 … now 10:09:01 … 10:10:31 UTC
 */
export function renderCountChart(state: WatchState, { paint, columns, rows }: ScreenStyle): string[] {
  const { recent, sample, trends, quota, at } = state;
  const [first] = recent;
  if (sample === null || first === undefined || rows < 3) return [];
  const hasLimit = typeof sample.soft === 'number' && sample.soft > 0;
  const top =
    typeof sample.soft === 'number' && sample.soft > 0 ? sample.soft : Math.max(1, ...recent.map(({ open }) => open));
  const end = findNearestEnd(trends, sample.soft, quota);
  const labelWidth = `${top}`.length;
  const width = Math.max(LEAST_COLUMNS, columns - labelWidth - 3);
  const past = end === null || !hasLimit ? width : Math.round(width * (1 - AHEAD));
  const spanMs = Math.max(1, at - first.at);
  const heights = toHeights(state, past).map((open) => (open === null ? null : (open / top) * (rows - 1) * EIGHTHS));
  const perColumnMs = spanMs / past;
  const perMs = end === null ? 0 : (top - sample.open) / Math.max(1, end.hours.expected * HOUR_MS);
  const ahead = Array.from({ length: width - past }, (_, i) => (sample.open + (i + 1) * perColumnMs * perMs) / top);
  const lines = Array.from({ length: rows }, (_, row) => {
    const level = rows - 1 - row;
    const label = row === 0 ? `${top}` : row === rows - 1 ? '0' : '';
    const isLimit = hasLimit && row === 0;
    const body = heights.map((height) => toCell(height, level, isLimit)).join('');
    const dots = ahead.map((share) => (Math.round(share * (rows - 1)) === level ? '·' : isLimit ? '╌' : ' ')).join('');
    return `${label.padStart(labelWidth)} ┤${isLimit ? paint.red(body) : paint.cyan(body)}${isLimit ? paint.red(dots) : paint.yellow(dots)}`;
  });
  const until = ahead.length === 0 ? '' : `  … ${formatClock(at + ahead.length * perColumnMs, at)}`;
  const times = `${' '.repeat(labelWidth + 2)}${formatClock(first.at, at)} … now${until}`;
  return [...lines, paint.dim(times)];
}

function toCell(height: number | null, level: number, isLimit: boolean): string {
  const blank = isLimit ? '╌' : ' ';
  if (height === null) return blank;
  // A count above 0 is seen.
  const eighths = Math.min(EIGHTHS, Math.max(level === 0 ? 1 : 0, Math.round(height - level * EIGHTHS)));
  return eighths <= 0 ? blank : (STEPS[eighths] ?? blank);
}

/** The highest count of each column; null where no sample falls in it and none was before. */
function toHeights({ recent, at }: WatchState, columns: number): (number | null)[] {
  const from = recent[0]?.at ?? at;
  const heights: (number | null)[] = Array.from({ length: columns }, () => null);
  for (const { at: seenAt, open } of recent) {
    const column = Math.min(columns - 1, Math.floor(((seenAt - from) / Math.max(1, at - from)) * columns));
    heights[column] = Math.max(heights[column] ?? 0, open);
  }
  let last: number | null = null;
  return heights.map((height) => (last = height ?? last));
}
