import { measureLimitUse } from '../../core/diagnose/limit-use.ts';
import type { Finding } from '../../core/model/finding.ts';
import type { Inspection } from '../../core/model/inspection.ts';
import { formatNumber } from '../../core/words/numbers.ts';
import { escapeText } from '../text/escape.ts';

/** The answer: a word that can be seen from afar, what it rests on, and the finding that says more. */
export interface Conclusion {
  readonly word: 'LEAK' | 'FULL' | 'SUSPECT' | 'CANNOT TELL' | 'OK';
  readonly text: string;
  /** null where no finding is behind it. */
  readonly finding: Finding | null;
}

/**
 * Concludes from an inspection: certain leaks, then a table that is full, then strong signs, then what could not be judged, else nothing.
 * What lies below every threshold is no alarm.
 */
export function concludeFrom(inspection: Inspection): Conclusion {
  const { findings, summary } = inspection;
  const about = (kind: Finding['about']): Finding | undefined =>
    findings.find(({ severity, about }) => about === kind && severity !== 'info');
  const leak = about('leak') ?? null;
  if ((summary.byLeak?.certain ?? 0) > 0) return { word: 'LEAK', text: tellLeak(inspection), finding: leak };
  if (isFull(inspection)) return { word: 'FULL', text: tellFull(inspection), finding: about('limit') ?? leak };
  const sign = leak ?? findings.find(({ severity }) => severity === 'error') ?? null;
  const blind = tellBlind(inspection);
  if (sign !== null && sign.id !== 'unlisted-sockets')
    return { word: 'SUSPECT', text: escapeText(sign.title), finding: sign };
  if (blind !== null) return { word: 'CANNOT TELL', text: blind, finding: sign };
  return { word: 'OK', text: tellOk(inspection), finding: null };
}

/** No number is free below the soft limit: the next open(2), socket(2) or accept(2) fails. */
function isFull({ limits }: Inspection): boolean {
  return measureLimitUse(limits)?.free === 0;
}

function tellFull({ limits, places }: Inspection): string {
  const [first] = places;
  const most =
    first === undefined
      ? ''
      : `; ${formatNumber(first.count)} are ${escapeText(`${first.what} ${first.where ?? ''}`.trim())}`;
  const open = limits.open === null ? '?' : formatNumber(limits.open);
  return `no descriptor number is left: ${open} of ${limits.soft} are open, the next open fails (EMFILE)${most}`;
}

function tellLeak({ descriptors, summary }: Inspection): string {
  const dead = summary.byVerdict?.orphaned ?? 0;
  const certain = summary.byLeak?.certain ?? 0;
  const all = formatNumber(descriptors.length);
  const are = dead === 1 ? 'is a connection that is over and was' : 'are connections that are over and were';
  const younger = certain < dead ? `; ${formatNumber(certain)} for certain` : '';
  return `${formatNumber(dead)} of ${all} descriptors ${are} never closed${younger}`;
}

function tellBlind({ capability, limits, summary, descriptors }: Inspection): string | null {
  const [missing] = capability.missing;
  const why = missing === undefined ? '' : ` (${escapeText(missing.what)}: ${escapeText(missing.because)})`;
  if (capability.level === 'count' && limits.open !== 0) return 'the descriptors may be counted, not seen';
  const notJudged = (summary.byVerdict?.unlisted ?? 0) + (summary.byVerdict?.undecided ?? 0);
  if (notJudged > 0) return `${notJudged} of ${descriptors.length} descriptors cannot be judged${why}`;
  const sockets = summary.byKind?.socket ?? 0;
  if (capability.level !== 'kinds') return null;
  return sockets > 0 ? `${sockets} sockets cannot be judged${why}` : `not everything was read${why}`;
}

/** One look sees no closings: it says what it judged, and what it cannot know. */
function tellOk({ limits, descriptors, process, from }: Inspection): string {
  if (descriptors.length === 0 && limits.open === 0) return 'No descriptor is open.';
  const growth = from === null ? `: fdleak watch ${process.pid}` : '.';
  return `No descriptor looks leaked now. One look cannot see growth${growth}`;
}
