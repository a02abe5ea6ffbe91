import { type Asserted, type Assertion, COUNTS_NOTHING } from '../model/assertion.ts';
import type { Budget, Subject } from '../model/budget.ts';
import type { Comparable } from '../compare/compare.ts';
import type { Descriptor } from '../model/descriptor.ts';
import type { Inspection } from '../model/inspection.ts';
import { formatTally } from '../words/numbers.ts';
import { assertBaseline, toNothingNew } from './assert-baseline.ts';
import { assertMaxOpen, assertMinHeadroom, type OpenCount } from './assert-limits.ts';
import { assertMax, type IsCounted, toMax } from './assert-max.ts';
import { withoutIgnored } from '../exercise/ignore.ts';

/** What was there before, and of what nothing new may be; an empty list: of everything. */
export interface Baseline {
  readonly inspection: Comparable;
  readonly of: readonly Subject[];
}

/** Whether the number of descriptors alone decides a budget, so that nobody need look what they are. */
export function isCountEnough({ max, ignore }: Budget, baseline: Baseline | null): boolean {
  return max.size === 0 && ignore.length === 0 && baseline === null;
}

/** Asserts a budget that {@link isCountEnough} for. */
export function assertCount({ maxOpen, minHeadroom }: Budget, count: OpenCount): Assertion[] {
  const assertions: Assertion[] = [];
  if (maxOpen !== null) assertions.push(assertMaxOpen(maxOpen, count));
  if (minHeadroom !== null) assertions.push(assertMinHeadroom(minHeadroom, count));
  return assertions;
}

/** Asserts a budget, and a baseline, of an inspected process. `isCounted`: what has been so for long enough. */
export function assertBudget(
  budget: Budget,
  baseline: Baseline | null,
  inspection: Inspection,
  isCounted: IsCounted,
): Assertion[] {
  const denied = inspection.capability.level === 'count' ? whyDenied(inspection) : null;
  const kept = withoutIgnored(inspection.descriptors, budget.ignore);
  const { open, soft, free } = inspection.limits;
  const ignored = inspection.descriptors.length - kept.length;
  const count: OpenCount = { open: open === null ? null : open - ignored, soft, free, because: denied };
  const assertions = assertCount(budget, count).map((one) =>
    one.result === 'failed' && one.subject === 'open' ? explainMaxOpen(one, budget, denied, kept) : one,
  );
  for (const [subject, most] of budget.max) {
    const judged = denied === null ? assertMax(subject, most, kept, isCounted) : toDenied(toMax(subject, most), denied);
    assertions.push(withoutGuess(judged, inspection));
  }
  if (baseline !== null) {
    const before = {
      ...baseline.inspection,
      descriptors: withoutIgnored(baseline.inspection.descriptors, budget.ignore),
    };
    assertions.push(
      denied === null
        ? assertBaseline(before, { ...inspection, descriptors: kept }, baseline.of, isCounted)
        : toDenied(toNothingNew(before, baseline.of), denied),
    );
  }
  return assertions;
}

/** Few are found where many were not read: that passes nothing. */
function withoutGuess(judged: Assertion, { capability: { leftOut } }: Inspection): Assertion {
  return judged.result !== 'passed' || leftOut === null
    ? judged
    : { ...judged, result: 'undecidable', because: leftOut };
}

/** What is open, where too much is. Who may not be listed may be ignored or not: then it is undecided. */
function explainMaxOpen(
  failed: Assertion,
  { ignore }: Budget,
  denied: string | null,
  kept: readonly Descriptor[],
): Assertion {
  if (denied !== null && ignore.length > 0) return { ...failed, result: 'undecidable', because: denied };
  if (kept.length === 0)
    return denied === null ? failed : { ...failed, because: `${failed.because}; what they are: ${denied}` };
  return {
    ...failed,
    because: `${failed.because}: ${formatTally(tallyByState(kept))}`,
    descriptors: kept.filter(isSuspect),
  };
}

/** Everything a budget asserts, undecided for one reason: the process is gone, or denied. */
export function assertNothing(budget: Budget, baseline: Baseline | null, because: string): Assertion[] {
  const assertions = assertCount(budget, { open: null, soft: null, free: null, because });
  for (const [subject, most] of budget.max) assertions.push(toDenied(toMax(subject, most), because));
  if (baseline !== null) assertions.push(toDenied(toNothingNew(baseline.inspection, baseline.of), because));
  if (assertions.length === 0) assertions.push(toDenied(OBSERVED, because));
  return assertions;
}

const OBSERVED = { ...COUNTS_NOTHING, name: 'observed', expected: 'the process can be inspected' } as const;

/** Sockets by verdict, all else by kind. */
function tallyByState(descriptors: Inspection['descriptors']): Record<string, number> {
  const tally: Record<string, number> = {};
  for (const { kind, verdict } of descriptors) {
    const name = kind === 'socket' ? verdict.is : kind;
    tally[name] = (tally[name] ?? 0) + 1;
  }
  return tally;
}

function toDenied(asserted: Asserted, because: string): Assertion {
  return { ...asserted, found: null, result: 'undecidable', because, descriptors: [] };
}

function whyDenied({ capability }: Inspection): string {
  const [missing] = capability.missing;
  return missing === undefined ? 'the descriptors may not be listed' : `${missing.because}; ${missing.remedy}`;
}

function isSuspect({ verdict }: Inspection['descriptors'][number]): boolean {
  return verdict.leak !== 'no';
}
