import type { Scan } from '../../core/model/scan.ts';
import type { ScannedProcess, Standing } from '../../core/model/scanned-process.ts';
import { formatCount } from '../../core/words/numbers.ts';
import { sayName } from '../inspection/process-words.ts';
import { type NagiosStatus, renderNagiosLine } from '../text/nagios-line.ts';
import { sayStanding, sayWhat } from './words.ts';

/** From this share of a limit on, a process is a warning. */
const WARNING_SHARE = 0.8;
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

/** What is not known is left out: a graph would take U or 0 for a value. */
function toPerfdata({ summary, processes, machine, tookMs }: Scan): string[] {
  const count = (standing: Standing): number => summary.standings[standing] ?? 0;
  const shares = processes.flatMap(({ utilization }) => (utilization === null ? [] : [utilization]));
  const worst = shares.length === 0 ? null : Math.max(...shares);
  const { open, most } = machine;
  return [
    `processes=${summary.processes};;;0`,
    `leak=${count('leak')};;0;0`,
    `full=${count('full')};;0;0`,
    `suspect=${count('suspect')};0;;0`,
    `unseen=${count('unseen')};;;0`,
    ...(worst === null ? [] : [`worst=${(worst * 100).toFixed(1)}%;${WARNING_SHARE * 100};100;0;100`]),
    ...(open === null ? [] : [`files=${open};;;0;${most !== null && Number.isSafeInteger(most) ? most : ''}`]),
    `time=${(tookMs / 1000).toFixed(3)}s`,
  ];
}
