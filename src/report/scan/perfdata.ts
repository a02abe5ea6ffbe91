import type { Scan } from '../../core/model/scan.ts';
import type { Standing } from '../../core/model/scanned-process.ts';

/** What is not known is left out: a graph would take U or 0 for a value. */
export function toPerfdata({ summary, processes, machine, tookMs }: Scan): string[] {
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

/** From this share of a limit on, a process is a warning. */
export const WARNING_SHARE = 0.8;
