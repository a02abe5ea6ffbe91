import type { ScannedProcess, ScanPlace, Standing } from '../../core/model/scan.ts';
import { escapeText } from '../text/escape.ts';
import type { Paint } from '../text/style.ts';

/** The answer to one process, to be seen from afar; what is well is written small. */
export const WORDS = {
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

/** Programs that run others: what they run is what people know it by. */
const INTERPRETER = /^(?:python|node|ruby|perl|php|bash|dash|sh|java|deno|bun)[\d.]*$/;
/** A script, a jar; no option and no class path. */
const SCRIPT = /^[^-].*\.(?:py|js|mjs|cjs|ts|rb|pl|php|sh|jar)$/;

/** `leaky_accept.py` of `python3 leaky_accept.py`, else the name of the process. Escaped. */
export function sayName({ comm, cmdline }: ScannedProcess): string {
  const script = INTERPRETER.test(comm) ? cmdline?.slice(1).find((word) => SCRIPT.test(word)) : undefined;
  return escapeText(script?.slice(script.lastIndexOf('/') + 1) ?? comm);
}

/** `826 dead tcp, accepted on :47101; 1 left`, `-` where there is nothing to say. Escaped. */
export function sayWhat(process: ScannedProcess): string {
  const { standing, because, places, free, findings, holding } = process;
  if (holding !== null) return `holds ${holding}`;
  const place = places.find(({ leak }) => leak !== 'no') ?? (standing === 'ok' ? undefined : places[0]);
  const parts = [
    ...(place === undefined ? [] : [sayPlace(place)]),
    ...(standing !== 'ok' && free !== null && isShort(process) ? [`${free} left`] : []),
    ...(place === undefined && standing === 'suspect' ? findings.slice(0, 1) : []),
    ...(because === null ? [] : [escapeText(because)]),
  ];
  return parts.length === 0 ? '-' : parts.join('; ');
}

function sayPlace({ count, what, where, objects }: ScanPlace): string {
  const repeated = objects === 1 && count > 1 && where !== null;
  if (repeated) return `${count} × ${escapeText(where)}`;
  return `${count} ${escapeText(what)}${where === null ? '' : `, ${escapeText(where)}`}`;
}

const SHORT = 64;

/** Where the limit is so near that it matters more than the share. */
function isShort({ free, utilization }: ScannedProcess): boolean {
  return (free !== null && free < SHORT) || (utilization ?? 0) >= 0.8;
}
