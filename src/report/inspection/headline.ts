import type { Finding } from '../../core/model/finding.ts';
import type { Inspection } from '../../core/model/inspection.ts';
import { findSign, standingOf } from '../../core/scan/standing.ts';
import { formatNumber } from '../../core/words/numbers.ts';
import { escapeText } from '../text/escape.ts';

/** The answer: a word that can be seen from afar, what it rests on, and the finding that says more. */
export interface Headline {
  readonly word: 'LEAK' | 'FULL' | 'SUSPECT' | 'CANNOT TELL' | 'OK';
  readonly text: string;
  /** null where no finding is behind it. */
  readonly finding: Finding | null;
}

/** Concludes from an inspection. What lies below every threshold raises no alarm. */
export function toHeadline(inspection: Inspection): Headline {
  const { findings } = inspection;
  const about = (kind: Finding['about']): Finding | null =>
    findings.find(({ severity, about }) => about === kind && severity !== 'info') ?? null;
  const sign = findSign(inspection);
  switch (standingOf(inspection)) {
    case 'leak':
      return { word: 'LEAK', text: tellLeak(inspection), finding: about('leak') };
    case 'full':
      return { word: 'FULL', text: tellFull(inspection), finding: about('limit') ?? about('leak') };
    case 'suspect':
      return { word: 'SUSPECT', text: escapeText(sign?.title ?? ''), finding: sign };
    case 'unseen':
      return { word: 'CANNOT TELL', text: tellBlind(inspection), finding: sign };
    case 'ok':
      return { word: 'OK', text: tellOk(inspection), finding: null };
  }
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

function tellBlind({ capability, limits, summary, descriptors }: Inspection): string {
  const [missing] = capability.missing;
  const why = missing === undefined ? '' : ` (${escapeText(missing.what)}: ${escapeText(missing.because)})`;
  if (capability.level === 'count' && limits.open !== 0)
    return `the descriptors may be counted, not seen: ${escapeText(missing?.because ?? 'they may not be read')}`;
  const notJudged = (summary.byVerdict?.unlisted ?? 0) + (summary.byVerdict?.undecided ?? 0);
  if (notJudged > 0) return `${notJudged} of ${descriptors.length} descriptors cannot be judged${why}`;
  const sockets = summary.byKind?.socket ?? 0;
  return sockets > 0 ? `${sockets} sockets cannot be judged${why}` : `not everything was read${why}`;
}

/** One look sees no closings: it says what it judged, and what it cannot know. */
function tellOk({ limits, descriptors, process, from }: Inspection): string {
  if (descriptors.length === 0 && limits.open === 0) return 'No descriptor is open.';
  const growth = from === null ? `: fdleak watch ${process.pid}` : '.';
  return `No descriptor looks leaked now. One look cannot see growth${growth}`;
}
