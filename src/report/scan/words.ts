import type { ScannedProcess, Standing } from '../../core/model/scanned-process.ts';
import type { Paint } from '../text/style.ts';

/** The answer for one process, in capitals where something is wrong. */
const WORDS = {
  leak: 'LEAK',
  full: 'FULL',
  suspect: 'SUSPECT',
  unseen: '?',
  ok: 'ok',
} as const satisfies Record<Standing, string>;

export const COLOURS = {
  leak: 'red',
  full: 'red',
  suspect: 'yellow',
  unseen: 'dim',
  ok: 'green',
} as const satisfies Record<Standing, keyof Paint>;

/** Whether a process was too small for a look, and nowhere near its limit: nothing of it was judged. */
export function isOnlyCounted({ standing, byVerdict, holding }: ScannedProcess): boolean {
  return standing === 'ok' && byVerdict === null && holding === null;
}

/** The word of a row. */
export function sayStanding(process: ScannedProcess): string {
  return isOnlyCounted(process) ? '-' : WORDS[process.standing];
}
