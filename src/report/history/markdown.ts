import type { HistoryReport } from '../../core/model/report.ts';
import { formatDuration } from '../../core/parse/duration.ts';
import { formatCount, formatRate, formatUse } from '../../core/words/numbers.ts';
import { formatTime } from '../../core/words/time.ts';
import { escapeText } from '../text/escape.ts';
import { toProse, toRow } from '../text/markdown-escape.ts';
import { HEADLINES } from '../watch/conclusion.ts';
import { sayGrowth } from '../watch/growth-lines.ts';
import { saySinceLimit } from '../../core/words/limit-end.ts';
import { toAlertCells } from './alert-cells.ts';

const MOST_PLACES = 20;
const MOST_EVENTS = 30;

/** What a history tells, for an issue or a wiki: the statement, places with their turnover, alerts, events. */
export function* renderHistoryMarkdown(report: HistoryReport): Generator<string> {
  const { conclusion, atLimit, segments, open, soft, places, trends, since, until, samples, alerts, events } = report;
  const limit = atLimit === null ? '' : ` ${saySinceLimit(atLimit, until ?? 0)}`;
  const comm = segments.at(-1)?.comm ?? '?';
  yield `## ${HEADLINES[conclusion].word}${limit}: ${toProse(escapeText(comm))}, ${formatUse(open, soft)} descriptors open\n\n`;
  for (const line of sayGrowth({ at: until ?? 0, soft, quota: null, places, trends }))
    yield `- ${toProse(escapeText(line))}\n`;
  if (since !== null && until !== null) {
    yield `\n${formatTime(since)} to ${formatTime(until)} (${formatDuration(until - since)}), ${formatCount(samples, 'sample')}\n`;
  }
  yield* renderTable(
    'Places',
    ['Place', 'What', 'Open', 'Opened', 'Closed', 'Survivors', 'Per hour', 'Judgement'],
    places
      .slice(0, MOST_PLACES)
      .map(({ place, what, open: count, opened, closed, survivors, perHour, judgement }) => [
        place,
        what,
        `${count}`,
        `${opened}`,
        `${closed}`,
        `${survivors}`,
        perHour === null ? '-' : formatRate(perHour),
        judgement,
      ]),
  );
  yield* renderTable('Alerts', ['Opened', 'Resolved', 'Rule', 'Severity', 'Because'], alerts.map(toAlertCells));
  yield* renderTable(
    'Events',
    ['Time', 'Kind', 'What happened'],
    events.slice(-MOST_EVENTS).map(({ at, kind, because }) => [formatTime(at), kind, because]),
  );
}

function* renderTable(
  title: string,
  heads: readonly string[],
  rows: readonly (readonly string[])[],
): Generator<string> {
  if (rows.length === 0) return;
  yield `\n### ${title}\n\n| ${heads.join(' | ')} |\n|${heads.map(() => ' --- |').join('')}\n`;
  for (const row of rows) yield toRow(row.map((cell) => toProse(escapeText(cell))));
}
