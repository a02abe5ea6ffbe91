import { assertNothing, type Baseline } from '../../core/budget/assert-budget.ts';
import { sumRuns } from '../../core/budget/assert-growth.ts';
import type { Growth } from '../../core/exercise/growth.ts';
import { type Assertion, type AssertionReport, worstResult } from '../../core/model/assertion.ts';
import type { Budget } from '../../core/model/budget.ts';
import type { Inspection } from '../../core/model/inspection.ts';
import type { Limits } from '../../core/model/limits.ts';
import type { ProcessIdentity } from '../../core/model/process.ts';
import type { Exercised } from './measure-exercise.ts';
import type { Unobservable } from '../inspect/unobservable.ts';
import type { World } from '../world.ts';

interface Asked {
  readonly budget: Budget;
  readonly baseline: Baseline | null;
}

/** One round: what an inspection amounts to. */
export interface Round {
  readonly inspection: Inspection;
  readonly assertions: readonly Assertion[];
  readonly growth: readonly Growth[];
}

/** The report of the round that decided. */
export function reportRound(
  world: World,
  { inspection, assertions, growth }: Round,
  exercised: Exercised | null,
  settledAfterMs: number,
): AssertionReport {
  const report = toReport(world, { process: inspection.process, limits: inspection.limits, assertions });
  const runs = exercised === null ? null : sumRuns(growth, Math.max(0, exercised.looks.length - 1));
  const notes = exercised !== null && exercised.because !== null ? [exercised.because] : [];
  return { ...report, settledAfterMs, runs, notes };
}

/** The report where a process could not be looked at: nothing is decided. */
export function reportUnobservable(world: World, { budget, baseline }: Asked, gone: Unobservable): AssertionReport {
  const because = `cannot inspect process ${gone.pid}: ${gone.because}. Next: ${gone.remedy}`;
  return reportNothing(world, assertNothing(budget, baseline, because));
}

/** The report where there was no process to look at. */
export function reportNothing(world: World, assertions: readonly Assertion[]): AssertionReport {
  return toReport(world, { process: null, limits: { open: null, soft: null }, assertions });
}

interface Found {
  readonly process: ProcessIdentity | null;
  readonly limits: Pick<Limits, 'open' | 'soft'>;
  readonly assertions: readonly Assertion[];
}

/** Without an exercise, and at once. */
export function toReport(world: World, { process, limits: { open, soft }, assertions }: Found): AssertionReport {
  return {
    schema: 'fdleak.assertion/1',
    version: world.version,
    takenAt: new Date(world.clock.nowMs()).toISOString(),
    passed: worstResult(assertions) === 'passed',
    settledAfterMs: 0,
    process,
    open,
    soft,
    runs: null,
    notes: [],
    assertions,
  };
}
