import type { Scan } from '../../core/model/scan.ts';
import { chooseTopRows, indexOfSelected, type TopView } from '../../core/scan/top-view.ts';
import { formatCount } from '../../core/words/numbers.ts';
import { escapeText } from '../text/escape.ts';
import { renderProcessRows } from '../text/process-rows.ts';
import { PLAIN, type ScreenStyle } from '../text/style.ts';
import { cutToWidth } from '../text/width.ts';
import { toRow } from './rows.ts';
import { renderRest } from './rest.ts';

const KEYS = 'Enter inspect · / filter · s sort · arrows move · q quit';
/** The summary and the head above the processes, the keys below. */
const OTHER_LINES = 3;

/** How many processes fit on a screen of so many lines. */
export function countTopRows(rows: number): number {
  return Math.max(1, rows - OTHER_LINES);
}

/** The screen of `scan --top`, as lines. */
export function renderTop(scan: Scan, view: TopView, { paint, columns, rows }: ScreenStyle): string[] {
  const chosen = chooseTopRows(scan.processes, view);
  const selected = indexOfSelected(view, chosen);
  const page = countTopRows(rows);
  const first = Math.max(0, Math.min(selected - Math.floor(page / 2), chosen.length - page));
  const shown = chosen.slice(first, first + page).map(toRow);
  const marked = { paint, columns: columns - 2, isTerminal: true };
  const [head = '', ...lines] = renderProcessRows(shown, ['PID', 'PROCESS'], marked);
  const rest = renderRest(scan, { paint: PLAIN, columns, isTerminal: true, isQuiet: false, showsAll: true });
  return [
    cutToWidth(`${escapeText(scan.host)} · ${formatCount(chosen.length, 'process', 'processes')} · ${rest}`, columns),
    `  ${head.trimEnd()}`,
    ...lines.map((line, at) => `${at + first === selected ? paint.bold('> ') : '  '}${line.trimEnd()}`),
    ...(chosen.length === 0 ? ['  no process matches the filter'] : []),
    paint.dim(cutToWidth(sayKeys(view), columns)),
  ];
}

function sayKeys({ isTyping, filter, sort }: TopView): string {
  if (isTyping) return `filter: ${escapeText(filter)}_   Enter: keep · Esc: clear`;
  const filtered = filter === '' ? '' : ` · filter ${escapeText(filter)} (Esc clears)`;
  return `${KEYS} · sorted by ${sort}${filtered}`;
}
