import { type Asserted, type Assertion, COUNTS_NOTHING } from '../model/assertion.ts';
import type { Growth } from '../exercise/growth.ts';
import type { GrowthJudgement } from '../exercise/judge-growth.ts';

/** What an exercise asserts. */
export const NOTHING_STAYS: Asserted = {
  ...COUNTS_NOTHING,
  name: 'growth',
  expected: 'nothing that stays after every run',
};
/** Kinds beyond these are counted. */
const MOST_KINDS = 12;

/** One assertion for each kind that leaks; a single one, that passes or cannot be decided, where none does. */
export function assertGrowth({ growth, unsteady }: GrowthJudgement): Assertion[] {
  const leaking = growth.filter(({ leaks }) => leaks);
  if (leaking.length > 0) {
    return leaking.map(({ what, runs, descriptors }) => ({
      subject: null,
      most: null,
      name: `growth of ${what}`,
      expected: NOTHING_STAYS.expected,
      found: descriptors.length,
      result: 'failed',
      because: `leaked [${runs.join(', ')}] ${what}`,
      descriptors,
    }));
  }
  if (unsteady !== null) {
    const { descriptors } = unsteady;
    const because = sayUnsteady(unsteady, growth);
    return [{ ...NOTHING_STAYS, found: descriptors.length, result: 'undecidable', because, descriptors }];
  }
  const because = growth.length === 0 ? 'nothing stayed' : `stayed, but not after every run: ${sayKinds(growth)}`;
  return [{ ...NOTHING_STAYS, found: 0, result: 'passed', because, descriptors: [] }];
}

/** `[1, 1, 1] stayed, but no one kind after every run: …`: why it cannot be told. */
export function sayUnsteady({ runs }: Growth, growth: readonly Growth[]): string {
  const next = 'more runs (--runs) may tell';
  return `[${runs.join(', ')}] stayed, but no one kind after every run: a leak, or caches that fill; ${next}: ${sayKinds(growth)}`;
}

/** What stayed after each run, summed over all that leaks. */
export function sumRuns(growth: readonly Growth[], runs: number): number[] {
  const leaking = growth.filter(({ leaks }) => leaks);
  return Array.from({ length: runs }, (_, at) => leaking.reduce((sum, one) => sum + (one.runs[at] ?? 0), 0));
}

function sayKinds(growth: readonly Growth[]): string {
  const shown = growth.slice(0, MOST_KINDS).map(({ what, runs }) => `[${runs.join(', ')}] ${what}`);
  const rest = growth.length - shown.length;
  return rest === 0 ? shown.join('; ') : `${shown.join('; ')}; and ${rest} other kinds`;
}
