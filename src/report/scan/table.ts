import type { Scan } from '../../core/model/scan.ts';
import { renderProcessRows } from '../text/process-rows.ts';
import { renderRest } from './rest.ts';
import { chooseRows, toRow, toGroupRow } from './rows.ts';
import type { ScanStyle } from './style.ts';

/** The host in one table: who leaks, what and where; the largest of the rest; and what was not seen. */
export function* renderScan(scan: Scan, style: ScanStyle): Generator<string> {
  const { groups } = scan;
  if (groups !== null) yield* renderProcessRows(groups.map(toGroupRow), ['WORST', 'GROUP'], style);
  else yield* renderProcessRows(chooseRows(scan, style.showsAll).map(toRow), ['PID', 'PROCESS'], style);
  if (!style.isQuiet) yield `${renderRest(scan, style)}\n`;
}
