import { findEarlyRises } from '../../core/trend/early-rises.ts';
import { FEWEST_VALUES } from '../../core/trend/span.ts';
import type { Conclusion, WatchState } from '../../core/model/watch.ts';
import { formatDuration } from '../../core/parse/duration.ts';
import { escapeText } from '../text/escape.ts';
import type { TextStyle } from '../text/style.ts';
import { renderHeadline } from './conclusion.ts';
import { sayGrowth } from './growth-lines.ts';
import { saySinceLimit } from '../../core/words/limit-end.ts';
import { sayTooShort } from './too-short.ts';
import { wrap } from '../text/width.ts';
import { formatCount, formatUse } from '../../core/words/numbers.ts';
import { formatBytes } from '../../core/words/bytes.ts';
import { formatTrouble } from './trouble.ts';

/** What a watch ends with: how long, what it established, where the history is. */
export function renderWatchSummary(state: WatchState, conclusion: Conclusion, style: TextStyle): string {
  const { at, sample, trends, places, groups, alerts, comm, history, quota, atLimit } = state;
  const open = sample === null ? [] : [`${formatUse(sample.open, sample.soft)} open.`];
  const since = atLimit === null ? [] : [`${saySinceLimit(atLimit, at)}:`];
  const head = [...since, `${escapeText(comm)}:`, ...open, ...sayWhy(state, conclusion), sayTime(state)].join(' ');
  const lines = [
    ...sayGrowth({ at, soft: sample?.soft ?? null, quota, places, trends }),
    ...(conclusion === 'no-leak' ? sayWhenEnough(state) : []),
    ...groups,
    ...alerts.map(({ rule, severity, because }) => `alert ${rule} ${severity}: ${because}`),
  ];
  const indented = lines.map((line) => `  ${wrap(escapeText(line), style.columns - 4).join('\n    ')}\n`);
  return [renderHeadline(conclusion, head, style), ...indented, sayHistory(history)].join('');
}

/** Why nothing more was established. */
function sayWhy(state: WatchState, conclusion: Conclusion): string[] {
  const { blind, oldOrphans, byVerdict, trends, places, at, startedAt, intervalMs } = state;
  switch (conclusion) {
    case 'at-limit':
    case 'leak':
      return oldOrphans === 0 ? [] : [`${formatCount(oldOrphans, 'dead connection')} kept for too long.`];
    case 'growing':
      return ['What grows may be load.'];
    case 'cannot-tell': {
      if (blind !== null) return [`Cannot see descriptors: ${blind.because}. Next: ${blind.remedy}.`];
      const young = (byVerdict['orphaned'] ?? 0) - oldOrphans;
      if (young <= 0 && findEarlyRises(trends, places).length > 0) return [sayTooShort(at - startedAt, intervalMs)];
      if (young <= 0) return ['Its descriptors were only counted.'];
      return [`${formatCount(young, 'dead connection')} not yet as old as --orphan-age. Next: watch for longer.`];
    }
    case 'not-seen':
      return ['no such process was ever seen.'];
    case 'no-leak':
      return [];
  }
}

/** Until so many values are there, nothing is said of growth. */
function sayWhenEnough({ trends, intervalMs }: WatchState): string[] {
  if (trends.find(({ of }) => of === 'total')?.growth !== 'too-short') return [];
  const needed = formatDuration(FEWEST_VALUES * intervalMs);
  return [`growth can be judged after about ${needed} at ${formatDuration(intervalMs)}`];
}

function sayTime({ at, startedAt, ticks }: WatchState): string {
  return `Watched for ${formatDuration(at - startedAt)}, ${formatCount(ticks, 'sample')}.`;
}

/** Never broken: a path is there to be copied. */
function sayHistory(history: WatchState['history']): string {
  const { path, sizeBytes } = history;
  const trouble = formatTrouble(history);
  if (path === null) return '';
  const size = sizeBytes === null ? '' : ` (${formatBytes(sizeBytes)})`;
  return `  history: ${path}${size}${trouble === null ? '' : `; ${trouble}`}\n`;
}
