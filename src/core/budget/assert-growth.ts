import type { Assertion } from '../model/assertion.ts';
import type { Growth } from './growth.ts';

const EXPECTED = 'nothing stays after every run';

/** One assertion for each kind that leaks; a single one that passes where none does. */
export function assertGrowth(growth: readonly Growth[]): Assertion[] {
  const leaking = growth.filter(({ leaks }) => leaks);
  if (leaking.length > 0) {
    return leaking.map(({ what, runs, descriptors }) => ({
      name: `growth of ${what}`,
      expected: EXPECTED,
      found: descriptors.length,
      result: 'failed',
      because: `leaked [${runs.join(', ')}] ${what}`,
      descriptors,
    }));
  }
  const once = growth.map(({ what, runs }) => `[${runs.join(', ')}] ${what}`);
  const because = once.length === 0 ? 'nothing stayed' : `stayed, but not after every run: ${once.join('; ')}`;
  return [{ name: 'growth', expected: EXPECTED, found: 0, result: 'passed', because, descriptors: [] }];
}

/** What stayed after each run, summed over all that leaks. */
export function sumRuns(growth: readonly Growth[], runs: number): number[] {
  const leaking = growth.filter(({ leaks }) => leaks);
  return Array.from({ length: runs }, (_, at) => leaking.reduce((sum, one) => sum + (one.runs[at] ?? 0), 0));
}
