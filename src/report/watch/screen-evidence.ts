import type { Counts } from '../../core/model/sample.ts';
import type { WatchState } from '../../core/model/watch.ts';
import { formatRates } from '../../core/words/place-growth.ts';
import type { Paint } from '../text/style.ts';
import { formatHoursToLimit, formatLookAge, formatSuspect } from './words.ts';

const SHOWN_SUSPECTS = 3;

/** What a look and the trends say in full. */
export function renderEvidence(state: WatchState, paint: Paint): string[] {
  const sections = [renderVerdicts(state, paint), renderGrowth(state, paint), renderSuspects(state, paint)];
  return sections.flatMap((section) => (section.length === 0 ? [] : section.concat('')));
}

/** How many descriptors there are of each verdict, and how many more than at the first look. */
export function renderVerdicts(state: WatchState, paint: Paint): string[] {
  const { byVerdict, firstByVerdict } = state;
  const age = formatLookAge(state);
  const names = [...new Set([...Object.keys(byVerdict), ...Object.keys(firstByVerdict)])];
  const width = Math.max(0, ...names.map((name) => name.length));
  const lines = names
    .sort((a, b) => (byVerdict[b] ?? 0) - (byVerdict[a] ?? 0))
    .map((name) => {
      const count = byVerdict[name] ?? 0;
      return `  ${name.padEnd(width)}  ${`${count}`.padStart(6)}  ${formatDelta(count, firstByVerdict, name)}`.trimEnd();
    });
  return age === null || lines.length === 0 ? lines : [paint.dim(age), ...lines];
}

/** Against the first look of this watch. */
function formatDelta(count: number, first: Counts, name: string): string {
  const delta = count - (first[name] ?? 0);
  if (delta === 0) return '';
  return delta > 0 ? `+${delta}` : `${delta}`;
}

function renderGrowth({ trends, fullEvery }: WatchState, paint: Paint): string[] {
  const growing = trends.filter(({ growth }) => growth === 'growing');
  const total = trends.find(({ subject }) => subject === 'total');
  const lines = growing.map((trend) => {
    const limit = trend.hoursToLimit === null ? '' : `, limit in ${formatHoursToLimit(trend.hoursToLimit)}`;
    return `${paint.red('growing')}  ${trend.subject} by ${formatRates(trend)}${limit}`;
  });
  if (growing.length === 0 && total !== undefined) lines.push(`${total.growth}  ${paint.dim(total.because)}`);
  if (fullEvery > 1) lines.push(paint.dim(`a full look every ${fullEvery} samples`));
  return lines;
}

function renderSuspects({ suspects, groups, at }: WatchState, paint: Paint): string[] {
  if (suspects.length === 0) return [];
  const oldest = suspects.slice(0, SHOWN_SUSPECTS);
  const newest = suspects.slice(Math.max(SHOWN_SUSPECTS, suspects.length - SHOWN_SUSPECTS)).toReversed();
  return [
    ...groups,
    ...oldest.map((one) => `  ${paint.dim('oldest')}  ${formatSuspect(one, at)}`),
    ...newest.map((one) => `  ${paint.dim('newest')}  ${formatSuspect(one, at)}`),
  ];
}
