import type { Scan } from '../../core/model/scan.ts';
import type { ScannedProcess } from '../../core/model/scanned-process.ts';
import { formatCount } from '../../core/words/numbers.ts';
import { sayName } from '../inspection/process-name.ts';
import { type NagiosStatus, renderNagiosLine } from '../text/nagios-line.ts';
import { sayStanding } from './words.ts';
import { sayWhat } from './what.ts';
import { toPerfdata, WARNING_SHARE } from './perfdata.ts';

const MOST_NAMED = 5;

/** Who leaks or is full is CRITICAL, who may leak or is near its limit WARNING; UNKNOWN where no process, or with `strict` not every one, could be judged. */
export function nagiosStatusOfScan({ summary, processes }: Scan, strict: boolean): NagiosStatus {
  const { standings, denied, notReached, small, hidden } = summary;
  if ((standings.leak ?? 0) + (standings.full ?? 0) > 0) return 'CRITICAL';
  if (processes.some(isWarning)) return 'WARNING';
  const judged = (standings.ok ?? 0) - small;
  if (judged <= 0 && denied + notReached > 0) return 'UNKNOWN';
  return strict && ((standings.unseen ?? 0) > 0 || hidden === null) ? 'UNKNOWN' : 'OK';
}

/**
 * A scan as the line of a Nagios plugin.
 *
 *     FDLEAK CRITICAL - 1 of 212 processes: LEAK nginx (4242) 826 dead tcp, accepted on :47101 | processes=212;;;0 leak=1;;0;0 …
 */
export function renderScanNagios(scan: Scan, strict: boolean): string {
  const { processes, summary } = scan;
  const shown = processes.filter((one) => isCritical(one) || isWarning(one));
  const named = shown.slice(0, MOST_NAMED).map(sayProcess);
  const more = shown.length > named.length ? [`${shown.length - named.length} more`] : [];
  const unseen = summary.standings.unseen ?? 0;
  const all = formatCount(summary.processes, 'process', 'processes');
  const text =
    shown.length === 0
      ? `${all}, none leaks or is near its limit${unseen > 0 ? `; ${unseen} not seen` : ''}`
      : `${shown.length} of ${all}: ${[...named, ...more].join('; ')}`;
  return renderNagiosLine(nagiosStatusOfScan(scan, strict), text, toPerfdata(scan));
}

function isCritical({ standing }: ScannedProcess): boolean {
  return standing === 'leak' || standing === 'full';
}

function isWarning({ standing, utilization }: ScannedProcess): boolean {
  return standing === 'suspect' || (utilization ?? 0) >= WARNING_SHARE;
}

function sayProcess(process: ScannedProcess): string {
  const { standing, utilization, pid } = process;
  const isNear = !isCritical(process) && standing !== 'suspect';
  const word = isNear ? `${Math.floor((utilization ?? 0) * 100)} % of its limit:` : sayStanding(process);
  const what = sayWhat(process);
  return `${word} ${sayName(process)} (${pid})${what === '-' ? '' : ` ${what}`}`;
}
