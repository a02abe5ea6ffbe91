import type { Conclusion, WatchState } from '../../core/model/watch.ts';
import { formatDuration } from '../../core/parse/duration.ts';
import { escapeText } from '../text/escape.ts';
import type { Paint } from '../text/style.ts';
import { renderHeadline } from './conclusion.ts';
import { formatTrends, groupTrends } from './words.ts';
import { wrap } from '../text/width.ts';
import { formatBytes, formatCount, formatUse } from '../../core/words/numbers.ts';

interface SummaryStyle {
  readonly paint: Paint;
  /** Lines are broken at this width; infinite where nothing shows them. */
  readonly columns: number;
}

/** What a watch ends with: how long, what it established, where the history is. */
export function renderWatchSummary(state: WatchState, conclusion: Conclusion, style: SummaryStyle): string {
  const { sample, trends, groups, comm, history } = state;
  const open = sample === null ? [] : [`${formatUse(sample.open, sample.soft)} open.`];
  const told = trends.filter(({ growth, subject }) => subject === 'total' || growth === 'growing');
  const head = [`${escapeText(comm)}:`, ...open, ...sayWhy(state, conclusion), sayTime(state)].join(' ');
  const lines = [
    ...groupTrends(told).map((group) => {
      const [{ growth, because } = { growth: 'too-short', because: '' }] = group;
      return `${group.map(({ subject }) => subject).join(', ')}: ${growth}, ${because}`;
    }),
    ...(trends.some(({ growth }) => growth === 'growing') ? [formatTrends(trends)] : []),
    ...groups,
  ];
  const indented = lines.map((line) => `  ${wrap(line, style.columns - 4).join('\n    ')}\n`);
  return [renderHeadline(conclusion, head, style), ...indented, sayHistory(history)].join('');
}

/** Why nothing more was established. */
function sayWhy({ blind, oldOrphans, byVerdict }: WatchState, conclusion: Conclusion): string[] {
  switch (conclusion) {
    case 'at-limit':
    case 'leak':
      return oldOrphans === 0 ? [] : [`${oldOrphans} orphaned for too long.`];
    case 'growing':
      return ['What grows may be load.'];
    case 'cannot-tell': {
      if (blind !== null) return [`Cannot see descriptors: ${blind.because}. Next: ${blind.remedy}.`];
      const young = (byVerdict['orphaned'] ?? 0) - oldOrphans;
      if (young <= 0) return ['Its descriptors were only counted.'];
      return [`${formatCount(young, 'orphaned socket')} not yet as old as --orphan-age. Next: watch for longer.`];
    }
    case 'not-seen':
      return ['it was not there.'];
    case 'no-leak':
      return [];
  }
}

function sayTime({ at, startedAt, ticks }: WatchState): string {
  return `Watched for ${formatDuration(at - startedAt)}, ${formatCount(ticks, 'tick')}.`;
}

/** Never broken: a path is there to be copied. */
function sayHistory({ path, sizeBytes, trouble }: WatchState['history']): string {
  if (path === null) return '';
  const size = sizeBytes === null ? '' : ` (${formatBytes(sizeBytes)})`;
  return `  history: ${path}${size}${trouble === null ? '' : `; ${trouble}`}\n`;
}
