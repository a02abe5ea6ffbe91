import { type Comparable, compareInspections } from '../compare/compare.ts';
import { type Asserted, type Assertion, COUNTS_NOTHING } from '../model/assertion.ts';
import { isVerdictName, type Subject } from '../model/budget.ts';
import type { Descriptor } from '../model/descriptor.ts';
import { couldBe } from './could-be.ts';
import type { IsCounted } from './assert-max.ts';

/** `--baseline FILE`: nothing is there that was not there then. `of` narrows it to some kinds and verdicts; empty: all. */
export function assertBaseline(
  baseline: Comparable,
  now: Comparable,
  of: readonly Subject[],
  isCounted: IsCounted,
): Assertion {
  const { added, changed, by } = compareInspections(baseline, now);
  const turned = changed
    .filter(({ before, after }) => before.verdict.is !== after.verdict.is)
    .map(({ after }) => after);
  const news = [...added, ...turned].filter(isCounted);
  const found = of.length === 0 ? news : news.filter((one) => of.some((subject) => isOf(one, subject)));
  const compared = by === 'object' ? 'object by object' : 'by kind, target and verdict, because it is another process';
  const what = sayOf(of);
  const base = { ...toNothingNew(baseline, of), found: found.length };
  if (found.length > 0)
    return {
      ...base,
      result: 'failed',
      because: `${found.length} new${what}, compared ${compared}`,
      descriptors: found,
    };
  const doubtful = news.filter((one) => of.some((subject) => couldBe(one, subject)));
  if (doubtful.length > 0) {
    const because = `${doubtful.length} are new that could be ${of.join(', ')}: ${doubtful[0]?.verdict.because ?? ''}`;
    return { ...base, result: 'undecidable', because, descriptors: doubtful };
  }
  return { ...base, result: 'passed', because: `nothing new${what}, compared ${compared}`, descriptors: [] };
}

function isOf({ kind, verdict }: Descriptor, subject: Subject): boolean {
  return (isVerdictName(subject) ? verdict.is : kind) === subject;
}

/** `nothing new since 2026-11-22T19:46:00.000Z`, `0 new orphaned`. */
export function toNothingNew({ takenAt }: Comparable, of: readonly Subject[]): Asserted {
  return { ...COUNTS_NOTHING, name: `nothing new since ${takenAt}`, expected: `0 new${sayOf(of)}` };
}

function sayOf(of: readonly Subject[]): string {
  return of.length === 0 ? '' : ` ${of.join(', ')}`;
}
