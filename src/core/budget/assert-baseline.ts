import { type Comparable, compareInspections } from '../compare/compare.ts';
import type { Assertion } from '../model/assertion.ts';
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
  const compared = by === 'object' ? 'object by object' : 'by kind, target and verdict, as it is another process';
  const what = of.length === 0 ? '' : ` ${of.join(', ')}`;
  const base = { name: `nothing new since ${baseline.takenAt}`, expected: `0 new${what}`, found: found.length };
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
