import type { HistoryEvent } from '../../core/model/history.ts';
import type { AlertNotice, WatchState } from '../../core/model/watch.ts';
import { escapeText } from '../text/escape.ts';
import type { Paint } from '../text/style.ts';
import { formatLookAge, formatTrends } from './words.ts';
import { formatTally, formatUse } from '../../core/words/numbers.ts';
import { formatTime } from '../../core/words/time.ts';

/**
 * `2026-11-22 19:46:00Z  73 of 1024 (7.1 %)  40 orphaned, 9 listening; growing: …`; where the verdicts are of an earlier look than the
 * count, `… (7.1 %)  at the last full look, 30 s ago: 40 orphaned, …`.
 */
export function renderStateLine(state: WatchState, { dim }: Paint): string {
  const { at, sample, trends, comm } = state;
  if (sample === null) return `${dim(formatTime(at))}  ${escapeText(comm)} is not running\n`;
  return `${dim(formatTime(at))}  ${formatUse(sample.open, sample.soft)}  ${formatSeen(state)}; ${formatTrends(trends)}\n`;
}

function formatSeen(state: WatchState): string {
  const { byVerdict, blind, sample } = state;
  const seen = formatTally(byVerdict);
  if (seen === '' && blind !== null) return 'only counted, not seen';
  if (seen === '') return sample?.full === null ? 'only counted' : 'nothing is open';
  const age = formatLookAge(state);
  return `${age === null ? '' : `${age}: `}${seen}${blind === null ? '' : ', not all were seen'}`;
}

/** `2026-11-22 19:46:00Z  restart: process 4250 (nginx) in place of 4242` */
export function renderEventLine(event: HistoryEvent, { dim, cyan }: Paint): string {
  return `${dim(formatTime(event.at))}  ${cyan(event.kind)}  ${escapeText(event.because)}\n`;
}

/** `2026-11-22 19:46:00Z  ALERT near-limit warning: …` */
export function renderNoticeLine({ at, is, rule, severity, because, id }: AlertNotice, paint: Paint): string {
  const word = is === 'resolved' ? paint.green('RESOLVED') : paint.red(is === 'again' ? 'STILL' : 'ALERT');
  return `${paint.dim(formatTime(at))}  ${word} ${escapeText(rule)} ${severity}: ${escapeText(because)} ${paint.dim(`[${escapeText(id)}]`)}\n`;
}
