import type { ScannedProcess, ScanPlace } from '../../core/model/scanned-process.ts';
import { formatNumber } from '../../core/words/numbers.ts';
import { sayWhere } from '../inspection/place-words.ts';
import { escapeText } from '../text/escape.ts';
import { isOnlyCounted } from './words.ts';

/** `826 dead tcp, accepted on :47101; 1 left`, `-` where there is nothing to say. Escaped. */
export function sayWhat(process: ScannedProcess): string {
  const { standing, because, places, free, findings, holding } = process;
  if (holding !== null) return `holds ${holding}`;
  if (isOnlyCounted(process)) return 'only counted';
  // Findings below every threshold are not shown for a healthy process.
  const place = standing === 'ok' ? undefined : (places.find(({ leak }) => leak !== 'no') ?? places[0]);
  const parts = [
    ...(place === undefined ? [] : [sayPlace(place)]),
    ...(standing !== 'ok' && free !== null && isShort(process) ? [`${free} left`] : []),
    ...(place === undefined && standing === 'suspect' ? findings.slice(0, 1) : []),
    ...(because === null ? [] : [escapeText(because)]),
  ];
  return parts.length === 0 ? '-' : parts.join('; ');
}

function sayPlace({ count, what, where, objects }: ScanPlace): string {
  if (objects === 1 && count > 1 && where !== null) return `${formatNumber(count)} × ${escapeText(where)}`;
  const at = sayWhere({ what, where, path: null });
  return `${formatNumber(count)} ${escapeText(what)}${at === '' ? '' : `, ${at}`}`;
}

const SHORT = 64;

/** Where the limit is so near that it matters more than the share. */
function isShort({ free, utilization }: ScannedProcess): boolean {
  return (free !== null && free < SHORT) || (utilization ?? 0) >= 0.8;
}
