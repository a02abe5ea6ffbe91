import type { HistoryEvent } from '../core/model/history.ts';
import type { AlertNotice, WatchState } from '../core/model/watch.ts';
import { formatDuration } from '../core/parse/duration.ts';
import { formatBytes } from '../core/diagnose/format.ts';
import { escapeText } from './escape.ts';
import type { Paint } from './style.ts';
import { formatTime, formatTrends, formatUse } from './watch-words.ts';
import { formatTally } from './words.ts';

/** `2026-11-22 19:46:00Z  73 of 1024 (7.1 %)  40 orphaned, 9 listening; growing: …` */
export function renderStateLine(state: WatchState, { dim }: Paint): string {
  const { at, sample, byVerdict, trends, comm } = state;
  if (sample === null) return `${dim(formatTime(at))}  ${escapeText(comm)} is not to be seen\n`;
  return `${dim(formatTime(at))}  ${formatUse(sample.open, sample.soft)}  ${formatTally(byVerdict)}; ${formatTrends(trends)}\n`;
}

/** `2026-11-22 19:46:00Z  restart: process 4250 (nginx) in place of 4242` */
export function renderEventLine(event: HistoryEvent, { dim, cyan }: Paint): string {
  return `${dim(formatTime(event.at))}  ${cyan(event.kind)}  ${escapeText(event.because)}\n`;
}

/** `2026-11-22 19:46:00Z  ALERT near-limit warning: …` */
export function renderNoticeLine({ at, is, rule, severity, because, id }: AlertNotice, paint: Paint): string {
  const word = is === 'resolved' ? paint.green('RESOLVED') : paint.red(is === 'again' ? 'STILL' : 'ALERT');
  return `${paint.dim(formatTime(at))}  ${word} ${rule} ${severity}: ${escapeText(because)} ${paint.dim(`[${id}]`)}\n`;
}

/** What a watch ends with: how long, what it established, where the history is. */
export function renderWatchSummary(state: WatchState, leak: boolean, paint: Paint): string {
  const { at, startedAt, sample, trends, oldOrphans, groups, history, comm, ticks } = state;
  const word = leak ? paint.red(paint.bold('LEAK')) : paint.green(paint.bold('NO LEAK ESTABLISHED'));
  const open = sample === null ? '' : `${formatUse(sample.open, sample.soft)} open. `;
  const old = oldOrphans === 0 ? '' : `${oldOrphans} orphaned for too long. `;
  const lines = [
    `${word}  ${escapeText(comm)}: ${open}${old}Watched for ${formatDuration(at - startedAt)}, ${ticks} ticks.`,
    ...trends
      .filter(({ growth, subject }) => subject === 'total' || growth === 'growing')
      .map(({ subject, growth, because }) => `  ${subject}: ${growth}, ${because}`),
    `  ${formatTrends(trends)}`,
    ...groups.map((group) => `  ${group}`),
  ];
  if (history.path !== null) {
    const size = history.sizeBytes === null ? '' : ` (${formatBytes(history.sizeBytes)})`;
    const trouble = history.trouble === null ? '' : `; ${history.trouble}`;
    lines.push(`  history: ${history.path}${size}${trouble}`);
  }
  return `${lines.join('\n')}\n`;
}
