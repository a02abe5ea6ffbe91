import type { Scan } from '../../core/model/scan.ts';
import type { ScanGroup } from '../../core/model/scan-group.ts';
import type { ScannedProcess } from '../../core/model/scanned-process.ts';
import { formatCount, orUnknown } from '../../core/words/numbers.ts';
import { escapeText } from '../text/escape.ts';
import { sayName } from '../inspection/process-name.ts';
import type { ProcessRow } from '../text/process-rows.ts';
import { COLOURS, sayStanding } from './words.ts';
import { sayWhat } from './what.ts';

const OTHERS_SHOWN = 5;

/** Whoever is not well, and the largest of the others. */
export function chooseRows({ processes, options }: Scan, showsAll: boolean): readonly ScannedProcess[] {
  if (showsAll || options.holding !== null) return processes;
  let others = 0;
  return processes.filter((one) => matters(one) || (one.open !== null && others++ < OTHERS_SHOWN));
}

function matters({ standing, utilization }: ScannedProcess): boolean {
  return standing === 'leak' || standing === 'full' || standing === 'suspect' || (utilization ?? 0) >= 0.8;
}

/** One process as a row. */
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

/** A group as a row, by its worst process. */
export function toGroupRow({ name, processes, open, worst }: ScanGroup): ProcessRow {
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
