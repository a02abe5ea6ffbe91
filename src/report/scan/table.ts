import type { Scan } from '../../core/model/scan.ts';
import type { ScanGroup } from '../../core/model/scan-group.ts';
import type { ScannedProcess } from '../../core/model/scanned-process.ts';
import { formatCount, formatNumber, orUnknown } from '../../core/words/numbers.ts';
import { escapeText } from '../text/escape.ts';
import type { Paint, Style } from '../text/style.ts';
import { sayName } from '../inspection/process-words.ts';
import { type ProcessRow, renderProcessRows } from '../text/process-rows.ts';
import { COLOURS, isOnlyCounted, sayStanding, sayWhat } from './words.ts';

/** How a scan is shown. */
export interface ScanStyle extends Pick<Style, 'paint' | 'columns' | 'isTerminal' | 'isQuiet'> {
  /** Every process, not only those that matter and the largest. */
  readonly showsAll: boolean;
}

const OTHERS_SHOWN = 5;

/** The host in one table: who leaks, what and where; the largest of the rest; and what was not seen. */
export function* renderScan(scan: Scan, style: ScanStyle): Generator<string> {
  const { groups } = scan;
  if (groups !== null) yield* renderProcessRows(groups.map(toGroupRow), ['WORST', 'GROUP'], style);
  else yield* renderProcessRows(chooseRows(scan, style.showsAll).map(toRow), ['PID', 'PROCESS'], style);
  if (!style.isQuiet) yield `${renderRest(scan, style)}\n`;
}

/** Whoever is not well, and the largest of the others. */
function chooseRows({ processes, options }: Scan, showsAll: boolean): readonly ScannedProcess[] {
  if (showsAll || options.holding !== null) return processes;
  let others = 0;
  return processes.filter((one) => matters(one) || (one.open !== null && others++ < OTHERS_SHOWN));
}

function matters({ standing, utilization }: ScannedProcess): boolean {
  return standing === 'leak' || standing === 'full' || standing === 'suspect' || (utilization ?? 0) >= 0.8;
}

export function toRow(process: ScannedProcess): ProcessRow {
  const { standing, open, soft, pid } = process;
  return {
    word: sayStanding(process),
    colour: COLOURS[standing],
    use: `${orUnknown(open)}/${orUnknown(soft)}`,
    percent: toPercent(process),
    what: sayWhat(process),
    id: `${pid}`,
    name: sayName(process),
  };
}

function toGroupRow({ name, processes, open, worst }: ScanGroup): ProcessRow {
  const most = sayWhat(worst);
  return {
    word: sayStanding(worst),
    colour: COLOURS[worst.standing],
    use: orUnknown(open),
    percent: toPercent(worst),
    what: `${formatCount(processes, 'process', 'processes')}${most === '-' ? '' : `; ${most}`}`,
    id: `${worst.pid}`,
    name: escapeText(name),
  };
}

function toPercent({ utilization }: ScannedProcess): string {
  return utilization === null ? '?' : `${Math.floor(utilization * 100 + 1e-9)}`;
}

/** `26 more are ok · 1 not seen (pid 1: denied) · machine 9,284 of 2,466,177`. */
export function renderRest(scan: Scan, { paint, showsAll }: ScanStyle): string {
  const { summary, machine, processes, options } = scan;
  const rows = chooseRows(scan, showsAll);
  const shown = new Set(rows);
  const hidden = processes.filter((one) => one.standing === 'ok' && !shown.has(one));
  const counted = hidden.filter(isOnlyCounted).length;
  const ok = hidden.length - counted;
  const { notReached, denied, ended } = summary;
  const parts = [
    ...(options.holding !== null
      ? [`${formatCount(rows.length, 'process', 'processes')} of ${summary.processes}`]
      : []),
    ...(ok > 0 ? [`${ok} ${rows.length > 0 ? 'more are' : 'are'} ok`] : []),
    ...(counted > 0 ? [`${counted} below ${formatNumber(options.min)} only counted`] : []),
    ...(denied > 0 ? [`${denied} not seen${sayFirst(scan)}`] : []),
    ...(notReached > 0 ? [`${notReached} not reached in time (--within)`] : []),
    ...(ended > 0 ? [`${ended} ended meanwhile`] : []),
    ...(summary.hidden === null ? ['others are hidden from this user (hidepid)'] : []),
    ...sayMachine(machine, paint),
  ];
  return parts.join(' · ');
}

/** Who was not seen, where it is one; else what to do about it. */
function sayFirst({ processes, summary }: Scan): string {
  const first = processes.find(({ standing, because }) => standing === 'unseen' && because !== null);
  if (summary.denied === 1 && first !== undefined) return ` (pid ${first.pid}: ${escapeText(first.because ?? '')})`;
  return ': run as root to see them';
}

function sayMachine({ open, most }: Scan['machine'], paint: Paint): string[] {
  if (open === null || most === null) return [];
  // Machines without a limit say 2^63 - 1.
  const of = most > Number.MAX_SAFE_INTEGER / 2 ? '' : ` of ${formatNumber(most)}`;
  return [paint.dim(`machine ${formatNumber(open)}${of}`)];
}
