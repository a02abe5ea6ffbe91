import type { Life } from '../../core/model/life.ts';
import type { JudgedPlace } from '../../core/model/turnover.ts';
import type { WatchState } from '../../core/model/watch.ts';
import { formatDuration } from '../../core/parse/duration.ts';
import { escapeText } from '../text/escape.ts';
import type { Paint, ScreenStyle } from '../text/style.ts';
import { formatLookAge } from './words.ts';
import { formatPlaceGrowth } from '../../core/words/place-growth.ts';
import { cutPainted } from '../text/cut-painted.ts';
import { wrap } from '../text/width.ts';
import { findGrowing } from '../../core/alert/alert-document.ts';
import { findNearestEnd } from '../../core/trend/nearest-end.ts';
import { formatLimitEnd, saySinceLimit } from '../../core/words/limit-end.ts';
import { renderCountChart } from './screen-chart.ts';
import { renderEvidence, renderVerdicts } from './screen-evidence.ts';
import { livesAt, renderLife, renderLifeRows } from './screen-lives.ts';
import { renderPlaceRows } from './screen-places.ts';
import { renderPlaceDetail } from './screen-place-detail.ts';
import { sortPlaces } from './screen-place-order.ts';
import type { ScreenView } from './screen-views.ts';
import { formatCount, formatShare } from '../../core/words/numbers.ts';
import { formatBytes } from '../../core/words/bytes.ts';
import { formatTime } from '../../core/words/time.ts';
import { formatTrouble } from './trouble.ts';

interface ViewStyle extends ScreenStyle {
  readonly view: ScreenView;
}

const BAR_WIDTH = 30;
/** A chart that is higher says no more. */
const MOST_CHART_ROWS = 14;
const WIDE = 72;
/** With less room beside the verdict, its reasons stand below it. */
const LEAST_BESIDE = 20;
const KEYS = {
  long: 'q quit   s full look now   ↑↓ select   Enter open   o sort   e evidence   ? help',
  short: 'q quit  s look  ↑↓ Enter o e ?',
} as const;
const HELP = [
  '↑ ↓   select a place, and there a descriptor',
  'Enter what came and went at that place, and why it is judged so; again: the life of a descriptor',
  'o     sort the places: by count, pace, age, name',
  'e     evidence: states, trends, suspects',
  's     take a full look now',
  'q     end the watch',
  'Esc   back',
  '',
  'The chart goes from 0 to the limit (dashed); what is dotted is the forecast at the present pace.',
  'Red places only take: what is opened there is not closed. Yellow ones grow, and may be load.',
];

/**
 * One screen of a watch, line by line, cut to the terminal. The verdict, the pace and the end come first and are never cut; the chart takes
 * the rows that are to spare.
 */
export function renderScreen(state: WatchState, style: ViewStyle): string[] {
  const { paint, columns, rows } = style;
  const keys = paint.dim(columns < WIDE ? KEYS.short : KEYS.long);
  const head = [...renderVerdict(state, style), renderWho(state, style)];
  const body = renderView(state, style, rows - head.length - 2);
  return [...[...head, '', ...body].slice(0, Math.max(1, rows - 1)), keys].map((line) => cutPainted(line, columns));
}

function renderView(state: WatchState, style: ViewStyle, room: number): string[] {
  const { paint, view } = style;
  const place = sortPlaces(state.places, view.order)[view.selected];
  const lives = livesAt(state, place);
  const life = lives[view.descriptor];
  switch (view.shows) {
    case 'help':
      return HELP;
    case 'evidence':
      return renderEvidence(state, paint);
    case 'place':
      return place === undefined ? ['no place is known yet'] : renderPlace(place, { state, style, lives, room });
    case 'life':
      return life === undefined ? ['it has been closed'] : renderLife(life, state.at, paint);
    case 'all':
      return renderAll(state, style, room);
  }
}

interface PlaceView {
  readonly state: WatchState;
  readonly style: ViewStyle;
  readonly lives: readonly Life[];
  readonly room: number;
}

function renderPlace(place: JudgedPlace, { state, style: { paint, view }, lives, room }: PlaceView): string[] {
  const detail = [...renderPlaceDetail(place, state, paint), ''];
  const rows = Math.max(3, room - detail.length);
  return [...detail, ...renderLifeRows(lives, state.at, { paint, rows, selected: view.descriptor })];
}

function renderAll(state: WatchState, style: ViewStyle, room: number): string[] {
  const { paint, columns, view } = style;
  const sections = [
    renderCount(state, style),
    renderBlindness(state, paint),
    renderAlerts(state, paint),
    renderLast(state, paint),
  ];
  const fixed = sections.reduce((sum, { length }) => sum + (length === 0 ? 0 : length + 1), 0);
  const placeRows = Math.min(state.places.length + 1, Math.max(3, Math.floor((room - fixed) / 2)));
  const chartRows = Math.min(MOST_CHART_ROWS, room - fixed - placeRows - 3);
  const [count = [], ...rest] = sections;
  const chart = renderCountChart(state, { paint, columns, rows: chartRows });
  const rowsOfPlaces = renderPlaceRows(state, { paint, columns, rows: placeRows, ...view });
  const age = formatLookAge(state);
  const seen = age === null ? rowsOfPlaces : [paint.dim(age), ...rowsOfPlaces];
  // Before places are judged, the states are all there is.
  const places = rowsOfPlaces.length === 0 ? renderVerdicts(state, paint) : seen;
  return [count, chart, places, ...rest].flatMap((section) => (section.length === 0 ? [] : section.concat('')));
}

/** `LEAK  936 per hour, limit 1024 at about 18:00:00 UTC (16:10:00 UTC to 20:30:00 UTC)`, in as many lines as it needs. */
function renderVerdict(state: WatchState, { paint, columns }: ViewStyle): string[] {
  const { trends, places, sample, quota, at, atLimit } = state;
  const { word, colour } = findWord(state);
  const total = trends.find(({ of }) => of === 'total');
  const [worst] = findGrowing(places);
  const end = findNearestEnd(trends, sample?.soft ?? null, quota);
  const parts = [
    ...(atLimit === null ? [] : [saySinceLimit(atLimit, at)]),
    ...(worst === undefined ? [] : [escapeText(formatPlaceGrowth(worst))]),
    ...(worst === undefined && total !== undefined ? [`${total.growth}: ${total.because}`] : []),
    ...(end === null ? [] : [`${end.name} ${formatLimitEnd(end.hours, at)}`]),
  ];
  const told = parts.join('; ');
  const shown = paint[colour](paint.bold(word));
  const beside = columns - word.length - 2;
  if (beside < LEAST_BESIDE) return [shown, ...wrap(told, columns)];
  const wrapped = wrap(told, beside);
  const lines = wrapped.length === 0 ? [''] : wrapped;
  return lines.map((line, index) => `${index === 0 ? shown : ' '.repeat(word.length)}  ${line}`);
}

function findWord({ atLimit, places, oldOrphans, blind, sample }: WatchState): { word: string; colour: keyof Paint } {
  if (atLimit !== null) return { word: 'AT THE LIMIT', colour: 'red' };
  const [worst] = findGrowing(places);
  if (worst?.judgement === 'leak' || oldOrphans > 0) return { word: 'LEAK', colour: 'red' };
  if (sample === null) return { word: 'NOT SEEN', colour: 'yellow' };
  if (blind !== null) return { word: 'CANNOT TELL', colour: 'yellow' };
  return worst === undefined ? { word: 'WATCHING', colour: 'green' } : { word: 'GROWING', colour: 'yellow' };
}

function renderWho({ comm, pid, at, startedAt, ticks }: WatchState, { paint }: ViewStyle): string {
  const who = pid === null ? paint.yellow('not running') : `pid ${pid}`;
  const since = `watched for ${formatDuration(at - startedAt)}, ${formatCount(ticks, 'sample')}, ${formatTime(at)}`;
  return `${paint.bold(escapeText(comm))} (${who})  ${paint.dim(since)}`;
}

function renderCount({ sample }: WatchState, { paint }: ViewStyle): string[] {
  if (sample === null) return [];
  const { open, soft } = sample;
  if (typeof soft !== 'number' || soft === 0) return [`${open} open`];
  const share = open / soft;
  const colour = share >= 0.95 ? paint.red : share >= 0.8 ? paint.yellow : paint.green;
  const filled = Math.min(BAR_WIDTH, Math.round(share * BAR_WIDTH));
  const bar = `${colour('█'.repeat(filled))}${paint.dim('░'.repeat(BAR_WIDTH - filled))}`;
  return [`${open} of ${soft}  ${bar}  ${formatShare(share)}`];
}

function renderBlindness({ blind }: WatchState, paint: Paint): string[] {
  if (blind === null) return [];
  const because = `cannot see descriptors: ${escapeText(blind.because)}`;
  return [`${paint.yellow('CANNOT TELL')}  ${because}`, `  Next: ${blind.remedy}`];
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
