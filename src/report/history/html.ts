import type { HistoryReport } from '../../core/model/report.ts';
import type { JudgedPlace } from '../../core/model/turnover.ts';
import { formatDuration } from '../../core/parse/duration.ts';
import { formatCount, formatRate, formatUse } from '../../core/words/numbers.ts';
import { formatTime } from '../../core/words/time.ts';
import { escapeHtml, toScriptJson } from '../text/html-escape.ts';
import { renderHtmlTable } from '../text/html-table.ts';
import { sayGrowth } from '../watch/growth-lines.ts';
import { saySinceLimit } from '../../core/words/limit-end.ts';
import { HEADLINES } from '../watch/conclusion.ts';
import { toAlertCells } from './alert-cells.ts';
import { toChartPage } from './html-charts.ts';
import { toRows } from './chart-rows.ts';
import { CHART_SCRIPT } from './html-script.ts';
import { renderPageHead } from '../text/html-head.ts';
import { PAGE_STYLE } from './html-style.ts';

const MOST_PLACES = 50;
const MOST_LIVES = 100;
const MOST_EVENTS = 200;
const MOST_ROWS = 48;

/** What the page is made of besides the history: the chart library, and what the browser may run. */
export interface PageAssets {
  readonly libraryScript: string;
  readonly libraryStyle: string;
  /** `'sha256-…'` of each text that is inline, by which alone it runs. */
  readonly hashOf: (text: string) => string;
}

/**
 * One file that shows a history in a browser, without a network: charts, tables of the same, and nothing but what is in it may run. What a
 * process calls itself is text on it.
 */
export function* renderHistoryHtml(
  report: HistoryReport,
  { libraryScript, libraryStyle, hashOf }: PageAssets,
): Generator<string> {
  const styles = [libraryStyle, PAGE_STYLE];
  const scripts = [libraryScript, CHART_SCRIPT];
  const comm = report.segments.at(-1)?.comm ?? '?';
  const title = `${HEADLINES[report.conclusion].word}: ${comm}`;
  yield* renderPageHead({ title, version: report.version, styles, scripts, hashOf });
  yield* renderHead(report, comm);
  yield* renderChartSections(report);
  for (const render of [renderPlaces, renderLives, renderAlerts, renderEvents]) yield* render(report);
  yield '</main>\n';
  yield `<script type="application/json" id="history">${toScriptJson(toChartPage(report))}</script>\n`;
  for (const script of scripts) yield `<script>${script}</script>\n`;
  yield '</body>\n</html>\n';
}

function* renderHead(report: HistoryReport, comm: string): Generator<string> {
  const { conclusion, atLimit, since, until, samples, open, soft, places, trends, segments, path } = report;
  const limit = atLimit === null ? '' : ` ${saySinceLimit(atLimit, until ?? 0)}`;
  const pid = segments.at(-1)?.pid;
  const who = pid === undefined ? comm : `${comm}, pid ${pid}`;
  yield `<h1><b class="${conclusion}">${HEADLINES[conclusion].word}</b>${escapeHtml(`${limit} ${who}: ${formatUse(open, soft)} descriptors open`)}</h1>\n`;
  for (const line of sayGrowth({ at: until ?? 0, soft, quota: null, places, trends }))
    yield `<p>${escapeHtml(line)}</p>\n`;
  const span =
    since === null || until === null
      ? 'nothing was seen'
      : `${formatTime(since)} to ${formatTime(until)} (${formatDuration(until - since)}), ${formatCount(samples, 'sample')}`;
  yield `<p class="facts">${escapeHtml(`${span}; ${path}`)}</p>\n`;
}

function* renderChartSections({ series, placeSeries, since, until }: HistoryReport): Generator<string> {
  const total = series.find(({ of }) => of === 'total');
  if (total === undefined || since === null || until === null) return;
  yield '<section class="chart"><h2>Open descriptors against the limit</h2>\n<div id="count" role="img" aria-label="open descriptors over time; the table below says the same"></div>\n';
  yield* renderRows('open', toRows(total, since, until, MOST_ROWS));
  yield '</section>\n';
  if (placeSeries.length === 0) return;
  yield '<section class="chart"><h2>By place</h2>\n<div id="places" role="img" aria-label="open descriptors by place over time; the tables below say the same"></div>\n';
  for (const one of placeSeries) yield* renderRows(one.subject, toRows(one, since, until, MOST_ROWS / 2));
  yield '</section>\n';
}

function* renderRows(title: string, rows: ReturnType<typeof toRows>): Generator<string> {
  yield `<details><summary>${escapeHtml(title)} as a table</summary>\n`;
  yield* renderHtmlTable(
    ['time', 'lowest', 'highest'],
    rows.map(([at, low, high]) => [formatTime(at), `${low}`, `${high}`]),
  );
  yield '</details>\n';
}

const PLACE_HEADS = [
  'place',
  'what',
  'open',
  'opened',
  'closed',
  'survivors',
  'oldest',
  'per hour',
  'judgement',
  'because',
];

function* renderPlaces({ places, until }: HistoryReport): Generator<string> {
  if (places.length === 0) return;
  yield `<h2>Places</h2>\n<p class="facts">What was opened and closed at each place since the first look.${places.length > MOST_PLACES ? ` The largest ${MOST_PLACES} of ${places.length}.` : ''}</p>\n`;
  const shown = places.slice(0, MOST_PLACES);
  yield* renderHtmlTable(
    PLACE_HEADS,
    shown.map((place) => toPlaceCells(place, until ?? 0)),
    shown.map(({ judgement }) => judgement),
  );
}

function toPlaceCells(place: JudgedPlace, until: number): string[] {
  const { what, open, opened, closed, survivors, oldestSince, perHour, judgement, because } = place;
  const age = oldestSince === null ? '-' : formatDuration(until - oldestSince);
  const pace = perHour === null ? '-' : formatRate(perHour);
  const word = { leak: 'leak', 'may-be-load': 'may be load', steady: 'steady', 'too-short': 'too short to tell' }[
    judgement
  ];
  return [place.place, what, `${open}`, `${opened}`, `${closed}`, `${survivors}`, age, pace, word, because];
}

function* renderLives({ suspects, until }: HistoryReport): Generator<string> {
  const open = suspects.filter(({ lastSeen }) => lastSeen === null);
  if (open.length === 0) return;
  yield `<h2>Suspects that are open</h2>\n<p class="facts">${open.length > MOST_LIVES ? `The oldest ${MOST_LIVES} of ${open.length}.` : 'Each with its life.'}</p>\n`;
  yield* renderHtmlTable(
    ['fd', 'place', 'first seen', 'open for', 'its life'],
    open
      .slice(0, MOST_LIVES)
      .map(({ fd, place, target, firstSeen, verdicts }) => [
        `${fd}`,
        place ?? target,
        formatTime(firstSeen),
        formatDuration((until ?? firstSeen) - firstSeen),
        verdicts.map(({ at, verdict }) => `${formatTime(at)} ${verdict}`).join(', '),
      ]),
  );
}

function* renderAlerts({ alerts }: HistoryReport): Generator<string> {
  if (alerts.length === 0) return;
  yield '<h2>Alerts</h2>\n';
  yield* renderHtmlTable(['opened', 'resolved', 'rule', 'severity', 'because'], alerts.map(toAlertCells));
}

function* renderEvents({ events }: HistoryReport): Generator<string> {
  if (events.length === 0) return;
  yield `<h2>Events</h2>\n`;
  yield* renderHtmlTable(
    ['time', 'kind', 'what happened'],
    events.slice(-MOST_EVENTS).map(({ at, kind, because }) => [formatTime(at), kind, because]),
  );
}
