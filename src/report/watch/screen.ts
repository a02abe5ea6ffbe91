import type { Counts } from '../../core/model/sample.ts';
import type { Suspect, WatchState } from '../../core/model/watch.ts';
import { formatDuration } from '../../core/parse/duration.ts';
import { escapeText } from '../text/escape.ts';
import { renderSparkline } from '../text/sparkline.ts';
import type { Paint } from '../text/style.ts';
import { formatHoursToLimit, formatLookAge } from './words.ts';
import { formatRates } from '../../core/words/place-growth.ts';
import { cutToWidth } from '../text/width.ts';
import { formatEndpoint } from '../../core/words/endpoint.ts';
import { formatBytes, formatCount, formatShare } from '../../core/words/numbers.ts';
import { formatTime } from '../../core/words/time.ts';
import { formatTrouble } from './trouble.ts';

interface ScreenStyle {
  readonly paint: Paint;
  readonly columns: number;
  readonly rows: number;
}

const SHOWN_SUSPECTS = 3;
const BAR_WIDTH = 30;

/** One screen of a watch, line by line, cut to the terminal: count, verdicts, trend, suspects, alerts, events. */
export function renderScreen(state: WatchState, style: ScreenStyle): string[] {
  const { paint, columns, rows } = style;
  const sections = [
    renderHead(state, style),
    renderCount(state, style),
    renderBlindness(state, paint),
    renderVerdicts(state, paint),
    renderGrowth(state, paint),
    renderSuspects(state, paint),
    renderAlerts(state, paint),
    renderLast(state, paint),
  ];
  const lines = sections.flatMap((section) => (section.length === 0 ? [] : section.concat('')));
  const keys = paint.dim('q quit   s full look now');
  return [...lines.slice(0, Math.max(1, rows - 2)), keys].map((line) => cutPainted(line, columns));
}

function renderHead({ comm, pid, at, startedAt, ticks }: WatchState, { paint }: ScreenStyle): string[] {
  const who = pid === null ? paint.yellow('not running') : `pid ${pid}`;
  const since = `watched for ${formatDuration(at - startedAt)}, ${formatCount(ticks, 'sample')}, ${formatTime(at)}`;
  return [`${paint.bold(escapeText(comm))} (${who})  ${paint.dim(since)}`];
}

function renderCount({ sample, recent }: WatchState, { paint, columns }: ScreenStyle): string[] {
  if (sample === null) return [];
  const { open, soft } = sample;
  const spark = renderSparkline(
    recent.map((one) => one.open),
    Math.max(10, Math.min(60, columns - 10)),
  );
  if (typeof soft !== 'number' || soft === 0) return [`${open} open`, paint.cyan(spark)];
  const share = open / soft;
  const colour = share >= 0.95 ? paint.red : share >= 0.8 ? paint.yellow : paint.green;
  const filled = Math.min(BAR_WIDTH, Math.round(share * BAR_WIDTH));
  const bar = `${colour('█'.repeat(filled))}${paint.dim('░'.repeat(BAR_WIDTH - filled))}`;
  return [`${open} of ${soft}  ${bar}  ${formatShare(share)}`, paint.cyan(spark)];
}

function renderBlindness({ blind }: WatchState, paint: Paint): string[] {
  if (blind === null) return [];
  const because = `cannot see descriptors: ${escapeText(blind.because)}`;
  return [`${paint.yellow('CANNOT TELL')}  ${because}`, `  Next: ${blind.remedy}`];
}

function renderVerdicts(state: WatchState, paint: Paint): string[] {
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

function formatSuspect({ fd, verdict, since, local, lastPeer }: Suspect, at: number): string {
  const peer = lastPeer === null ? '' : `, last peer ${formatEndpoint(lastPeer)}`;
  const where = local === null ? '' : ` on ${formatEndpoint(local)}`;
  return `fd ${fd}  ${verdict} for ${formatDuration(at - since)}${where}${peer}`;
}

function renderAlerts({ alerts, at }: WatchState, paint: Paint): string[] {
  return alerts.map(({ rule, severity, openedAt, because }) => {
    const colour = severity === 'critical' ? paint.red : paint.yellow;
    return `${colour(`${rule} ${severity}`)}  for ${formatDuration(at - openedAt)}: ${escapeText(because)}`;
  });
}

function renderLast({ events, history }: WatchState, paint: Paint): string[] {
  const size = history.sizeBytes === null ? '' : `, ${formatBytes(history.sizeBytes)}`;
  const path = history.path === null ? 'no history is kept' : `history ${history.path}${size}`;
  const why = formatTrouble(history);
  const trouble = why === null ? [] : [paint.red(`history: ${why}`)];
  return [
    ...events.map(({ at, kind, because }) => `${paint.dim(formatTime(at))}  ${kind}  ${escapeText(because)}`),
    ...trouble,
    paint.dim(path),
  ];
}

/** Colours take no columns: a line that is too long with them is cut without them. */
function cutPainted(line: string, columns: number): string {
  // oxlint-disable-next-line no-control-regex -- the escape sequences of colours are what is taken out
  const bare = line.replace(/\u001b\[\d+m/g, '');
  const cut = cutToWidth(bare, columns);
  return cut === bare ? line : cut;
}
