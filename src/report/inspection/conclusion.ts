import { UNJUDGED_VERDICTS } from '../../core/classify/verdict-info.ts';
import type { Inspection } from '../../core/model/inspection.ts';
import type { VerdictName } from '../../core/model/verdict.ts';
import { escapeText } from '../text/escape.ts';
import { formatCount, formatTally, orUnknown } from '../../core/words/numbers.ts';

/** The answer in one line: a word that can be seen from afar, and what it rests on. */
export interface Conclusion {
  readonly word: 'LEAK' | 'ERROR' | 'SUSPECT' | 'CANNOT TELL' | 'OK';
  readonly text: string;
}

/**
 * Concludes from an inspection, in the order of the exit status: a certain leak, another error, a suspicion, what could not be
 * judged, nothing. Suspects below every finding's threshold are named and are no alarm.
 */
export function concludeFrom(inspection: Inspection): Conclusion {
  const { byVerdict, byLeak } = inspection.summary;
  if ((byLeak?.certain ?? 0) > 0) return { word: 'LEAK', text: tellLeak(inspection) };

  const error = inspection.findings.find(({ severity }) => severity === 'error');
  if (error !== undefined) return { word: 'ERROR', text: escapeText(error.title) };

  const isWarned = inspection.findings.some(({ about, severity }) => severity === 'warning' && about === 'leak');
  const suspects = tellSuspects(inspection, UNJUDGED_VERDICTS);
  const notJudged = countOf(byVerdict, UNJUDGED_VERDICTS);
  if (isWarned && suspects !== '') {
    return {
      word: 'SUSPECT',
      text: `${ofAll(inspection, (byLeak?.suspect ?? 0) - notJudged)} may be leaked: ${suspects}${tellNotJudged(notJudged)}`,
    };
  }
  const blind = tellBlind(inspection, notJudged);
  if (blind !== null) return { word: 'CANNOT TELL', text: blind };
  return { word: 'OK', text: tellOk(inspection, suspects) };
}

function tellLeak(inspection: Inspection): string {
  const { byVerdict, byLeak } = inspection.summary;
  const orphaned = byVerdict?.orphaned ?? 0;
  const are = orphaned === 1 ? 'is an orphaned socket' : 'are orphaned sockets';
  const others = tellSuspects(inspection, ['orphaned']);
  const also = others === '' ? '' : `; also suspect: ${others}`;
  return `${ofAll(inspection, orphaned)} ${are}, ${tellCertainty(byLeak?.certain ?? 0, orphaned)}${also}`;
}

function tellCertainty(certain: number, orphaned: number): string {
  if (orphaned === 1) return 'a certain leak';
  return certain === orphaned ? 'all certain leaks' : `${certain} certain leaks and ${orphaned - certain} suspect`;
}

function tellBlind(inspection: Inspection, notJudged: number): string | null {
  const { capability, limits } = inspection;
  const [missing] = capability.missing;
  const why = missing === undefined ? '' : ` (${escapeText(missing.what)}: ${escapeText(missing.because)})`;
  if (capability.level === 'count' && limits.open !== 0) {
    return `${orUnknown(limits.open)} descriptors are open, and what they are may not be read${why}`;
  }
  if (notJudged > 0) {
    const names = formatTally(only(inspection.summary.byVerdict, UNJUDGED_VERDICTS));
    return `${ofAll(inspection, notJudged)} cannot be judged: ${names}${why}`;
  }
  const sockets = inspection.summary.byKind?.socket ?? 0;
  if (capability.level !== 'kinds') return null;
  return sockets > 0 ? `${formatCount(sockets, 'socket')} cannot be judged${why}` : `not everything was read${why}`;
}

function tellOk(inspection: Inspection, suspects: string): string {
  const total = totalOf(inspection);
  if (total === 0) return 'no descriptor is open';
  const below = suspects === '' ? '' : `; not alarming by itself: ${suspects}`;
  const warnings = inspection.findings.filter(({ severity }) => severity === 'warning');
  const [first] = warnings;
  const warned = first === undefined ? '' : `; ${formatCount(warnings.length, 'warning')}: ${escapeText(first.title)}`;
  return `no leak found in ${total === null ? '? descriptors' : formatCount(total, 'descriptor')}${below}${warned}`;
}

function tellNotJudged(count: number): string {
  return count === 0 ? '' : `; ${count} more cannot be judged`;
}

/** Suspects by verdict, without those of `except`: `28 peer-closed, 2 fresh`. */
function tellSuspects({ descriptors }: Inspection, except: readonly VerdictName[]): string {
  const tally: Record<string, number> = {};
  for (const { verdict } of descriptors) {
    if (verdict.leak === 'no' || except.includes(verdict.is)) continue;
    tally[verdict.is] = (tally[verdict.is] ?? 0) + 1;
  }
  return formatTally(tally);
}

function ofAll(inspection: Inspection, count: number): string {
  return `${count} of ${orUnknown(totalOf(inspection))} descriptors`;
}

function totalOf({ descriptors, limits }: Inspection): number | null {
  return descriptors.length > 0 ? descriptors.length : limits.open;
}

function only(byVerdict: Inspection['summary']['byVerdict'], names: readonly VerdictName[]): Record<string, number> {
  return Object.fromEntries(names.map((name) => [name, byVerdict?.[name] ?? 0]));
}

function countOf(byVerdict: Inspection['summary']['byVerdict'], names: readonly VerdictName[]): number {
  return names.reduce((sum, name) => sum + (byVerdict?.[name] ?? 0), 0);
}
