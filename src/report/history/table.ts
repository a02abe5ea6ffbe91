import type { AlertRecord } from '../../core/model/history.ts';
import type { Life } from '../../core/model/life.ts';
import type { HistoryReport, Series } from '../../core/model/report.ts';
import type { Endpoint } from '../../core/model/socket.ts';
import type { Trend } from '../../core/model/trend.ts';
import { findEarlyRises } from '../../core/trend/early-rises.ts';
import { formatDuration } from '../../core/parse/duration.ts';
import { renderChart } from '../text/chart.ts';
import { escapeText } from '../text/escape.ts';
import { renderGrid } from '../text/grid.ts';
import { renderHeading } from '../text/heading.ts';
import type { Style } from '../text/style.ts';
import { wrap } from '../text/width.ts';
import { renderHeadline } from '../watch/conclusion.ts';
import { formatRates } from '../../core/words/place-growth.ts';
import { sayGrowth } from '../watch/growth-lines.ts';
import { saySinceLimit } from '../../core/words/limit-end.ts';
import { sayTooShort } from '../watch/too-short.ts';
import { groupTrends } from '../watch/words.ts';
import { formatEndpoint } from '../../core/words/endpoint.ts';
import { formatCount } from '../../core/words/numbers.ts';
import { formatBytes } from '../../core/words/bytes.ts';
import { formatTime } from '../../core/words/time.ts';

const CHART_ROWS = 8;
const MOST_SUSPECTS = 30;
const MOST_EVENTS = 30;

/** What a history tells, for people: the statement first, then charts, trends, events, suspects and alerts. */
export function* renderHistoryTable(report: HistoryReport, style: Style): Generator<string> {
  yield* renderHead(report, style);
  for (const series of report.series) yield* renderSeries(series, report, style);
  if (report.conclusion !== 'not-seen') yield* renderTrends(report.trends, style);
  yield* renderEvents(report, style);
  yield* renderSuspects(report, style);
  yield* renderAlerts(report.alerts, style);
}

/** The life of one descriptor, change by change. */
export function* renderLives(report: HistoryReport, { paint }: Style): Generator<string> {
  for (const { fd, kind, inode, target, firstSeen, lastSeen, verdicts, local, lastPeer } of report.suspects) {
    yield `${paint.bold(`fd ${fd}`)}  ${escapeText(kind)} ${escapeText(target)}${inode === null ? '' : `, inode ${escapeText(inode)}`}\n`;
    yield `  ${formatTime(firstSeen)}  first seen\n`;
    for (const { at, verdict } of verdicts) yield `  ${formatTime(at)}  ${escapeText(verdict)}\n`;
    yield lastSeen === null
      ? `  ${paint.dim('open at the end of the history')}\n`
      : `  ${formatTime(lastSeen)}  gone\n`;
    if (local !== null) yield `  local ${escapeText(formatEndpoint(local))}\n`;
    if (lastPeer !== null) yield `  last peer ${escapeText(formatEndpoint(lastPeer))}\n`;
  }
  if (report.suspects.length === 0) yield 'the history has no descriptor of that number or inode\n';
}

function* renderHead(report: HistoryReport, style: Style): Generator<string> {
  const { since, until, samples, segments, soft, places, trends, writer, path, sizeBytes, conclusion } = report;
  const comm = escapeText(segments.at(-1)?.comm ?? '?');
  const what = sayWhat(report).join('; ');
  const limit = report.atLimit === null ? '' : `${saySinceLimit(report.atLimit, until ?? 0)}: `;
  yield renderHeadline(conclusion, `${limit}${what === '' ? comm : `${comm}: ${what}`}`, style);
  if (since !== null && until !== null && since <= until) {
    yield `${formatTime(since)} to ${formatTime(until)} (${formatDuration(until - since)}), ${formatCount(samples, 'sample')}\n`;
  }
  if (conclusion !== 'not-seen') {
    for (const line of sayGrowth({ at: until ?? 0, soft, quota: null, places, trends })) {
      yield `  ${wrap(escapeText(line), style.columns - 4).join('\n    ')}\n`;
    }
  }
  const by = writer === null ? 'no watch is writing it' : `written by process ${writer}`;
  yield `${style.paint.dim(`${escapeText(path)}, ${formatBytes(sizeBytes)}, ${by}`)}\n`;
}

function sayWhat(report: HistoryReport): string[] {
  const { oldOrphans, conclusion, suspects, since, until } = report;
  if (conclusion === 'not-seen') return [sayNothing(since, until)];
  const orphans = suspects.filter(
    ({ lastSeen, verdicts }) => lastSeen === null && verdicts.at(-1)?.verdict === 'orphaned',
  );
  const young = orphans.length - oldOrphans;
  const reason = young > 0 ? `${formatCount(young, 'dead connection')} not yet kept for 10 min` : sayUndecided(report);
  return [
    ...(oldOrphans === 0 ? [] : [`${formatCount(oldOrphans, 'dead connection')} kept for more than 10 min`]),
    ...(conclusion === 'growing' ? ['it may be load'] : []),
    ...(conclusion === 'cannot-tell' ? [reason] : []),
  ];
}

function sayUndecided({ trends, places, since, until, samples }: HistoryReport): string {
  if (findEarlyRises(trends, places).length === 0 || since === null || until === null)
    return 'its descriptors were only counted';
  const spanMs = until - since;
  return sayTooShort(spanMs, Math.round(spanMs / Math.max(1, samples - 1)));
}

function sayNothing(since: number | null, until: number | null): string {
  if (since === null || until === null) return 'the history is empty';
  return `nothing since ${formatTime(since)}: the history ends at ${formatTime(until)}`;
}

function* renderSeries(series: Series, { since, until }: HistoryReport, style: Style): Generator<string> {
  const lines = renderChart(series, { columns: Math.min(style.columns, 120) - 2, rows: CHART_ROWS });
  if (lines.length === 0 || since === null || until === null) return;
  yield renderHeading(escapeText(series.subject), style, `${formatTime(since)} to ${formatTime(until)}`);
  for (const line of lines) yield `  ${line}\n`;
}

function* renderTrends(trends: readonly Trend[], style: Style): Generator<string> {
  if (trends.length === 0) return;
  yield renderHeading('Trends', style);
  const isTold = ({ subject, growth }: Trend): boolean =>
    subject === 'total' || growth === 'growing' || growth === 'shrinking' || growth === 'plateaued';
  const told = trends.filter(isTold).sort((a, b) => rankOf(a) - rankOf(b));
  for (const group of groupTrends(told)) {
    for (const trend of group) {
      const { subject, growth } = trend;
      const word = growth === 'growing' ? style.paint.red(growth) : growth;
      const rate = growth === 'growing' ? ` by ${formatRates(trend)}` : '';
      yield `  ${style.paint.bold(escapeText(subject))}: ${word}${rate}\n`;
    }
    const indent = ' '.repeat(4);
    yield `${indent}${wrap(group[0]?.because ?? '', style.columns - indent.length).join(`\n${indent}`)}\n`;
  }
  const rest = trends.filter((trend) => !isTold(trend));
  for (const growth of ['steady', 'too-short'] as const) {
    const subjects = rest.filter((trend) => trend.growth === growth).map(({ subject }) => escapeText(subject));
    if (subjects.length > 0) yield `  ${growth}: ${subjects.join(', ')}\n`;
  }
}

function rankOf({ growth, subject }: Trend): number {
  if (growth === 'growing') return 0;
  return subject === 'total' ? 1 : 2;
}

function* renderEvents({ events }: HistoryReport, style: Style): Generator<string> {
  if (events.length === 0) return;
  const hidden = events.length - MOST_EVENTS;
  yield renderHeading('Events', style, hidden > 0 ? `the last ${MOST_EVENTS} of ${events.length}` : '');
  for (const { at, kind, because } of events.slice(-MOST_EVENTS)) {
    yield `  ${style.paint.dim(formatTime(at))}  ${kind}  ${escapeText(because)}\n`;
  }
}

function* renderSuspects({ suspects, until }: HistoryReport, style: Style): Generator<string> {
  const open = suspects.filter(({ lastSeen }) => lastSeen === null);
  if (open.length === 0) return;
  const hidden = open.length - MOST_SUSPECTS;
  yield renderHeading(
    'Suspects that are open',
    style,
    hidden > 0 ? `the oldest ${MOST_SUSPECTS} of ${open.length}` : '',
  );
  const rows = open.slice(0, MOST_SUSPECTS).map((life) => toSuspectRow(life, until ?? 0));
  yield* renderGrid(
    [['fd', 'verdict', 'for', 'open for', 'accepted on', 'local', 'last peer', 'target'], ...rows],
    ['right', 'left', 'right', 'right', 'left', 'left', 'left', 'left'],
  );
}

function toSuspectRow({ fd, verdicts, firstSeen, acceptedOn, local, lastPeer, target }: Life, until: number): string[] {
  const present = verdicts.at(-1);
  return [
    `${fd}`,
    escapeText(present?.verdict ?? '?'),
    formatDuration(until - (present?.at ?? until)),
    formatDuration(until - firstSeen),
    // What connected itself was not accepted.
    present?.verdict === 'connect-failed' ? '-' : orUnseen(acceptedOn),
    orUnseen(local),
    orUnseen(lastPeer),
    escapeText(target),
  ];
}

function orUnseen(endpoint: Endpoint | null): string {
  return endpoint === null ? '?' : escapeText(formatEndpoint(endpoint));
}

function* renderAlerts(alerts: readonly AlertRecord[], style: Style): Generator<string> {
  if (alerts.length === 0) return;
  yield renderHeading('Alerts', style);
  for (const { rule, severity, openedAt, resolvedAt, because, id } of alerts) {
    const end = resolvedAt === null ? style.paint.red('stands') : `resolved ${formatTime(resolvedAt)}`;
    yield `  ${style.paint.dim(formatTime(openedAt))}  ${escapeText(rule)} ${severity}, ${end}: ${escapeText(because)} ${style.paint.dim(`[${escapeText(id)}]`)}\n`;
  }
}
