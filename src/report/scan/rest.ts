import type { Scan } from '../../core/model/scan.ts';
import { formatCount, formatNumber } from '../../core/words/numbers.ts';
import { escapeText } from '../text/escape.ts';
import type { Paint } from '../text/style.ts';
import { isOnlyCounted } from './words.ts';
import type { ScanStyle } from './style.ts';
import { chooseRows } from './rows.ts';

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
