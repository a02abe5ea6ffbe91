import { USUAL_MS } from '../../collect/deadline.ts';
import { CERTAIN_AFTER_MS } from '../../core/classify/certainty.ts';
import { assertBudget, assertCount, type Baseline, isCountEnough } from '../../core/budget/assert-budget.ts';
import { assertGrowth, NOTHING_STAYS } from '../../core/budget/assert-growth.ts';
import { judgeGrowth, NO_GROWTH } from '../../core/exercise/judge-growth.ts';
import { Sightings } from '../../core/exercise/sightings.ts';
import { sourcesFor } from '../../core/budget/sources.ts';
import { type Assertion, type AssertionReport, worstResult } from '../../core/model/assertion.ts';
import type { Budget } from '../../core/model/budget.ts';
import type { Inspection } from '../../core/model/inspection.ts';
import type { Inspected } from '../inspect/inspect.ts';
import { reportRound, reportUnobservable, type Round, toReport } from './report.ts';
import { type Exercise, type Exercised, measureExercise } from './measure-exercise.ts';
import { measureOpen } from './measure-open.ts';
import type { Unobservable } from '../inspect/unobservable.ts';
import type { World } from '../world.ts';

export interface AssertRequest {
  readonly pid: number;
  readonly budget: Budget;
  readonly baseline: Baseline | null;
  readonly exercise: Exercise | null;
  /** How long what breaks a budget is given to be closed; 0: one look decides. */
  readonly settleMs: number;
  readonly toolTimeoutMs: number;
  readonly onProgress: (what: string) => void;
}

/** Pause between the looks of an orphan at the look that accuses. */
const SECOND_LOOK_MS = 250;
const FIRST_PAUSE_MS = 100;

/**
 * Asserts a budget, and that nothing grows under an exercise. Looks again with growing pauses for as long as `settleMs` before
 * it accuses, and passes as soon as everything holds.
 */
export async function assertProcess(world: World, request: AssertRequest): Promise<AssertionReport> {
  const { pid, budget, baseline, exercise, onProgress } = request;
  const first = measureOpen(world, pid);
  if (first.kind === 'unobservable') return reportUnobservable(world, request, first);
  const exercised = exercise === null ? null : await measureExercise(world, pid, exercise, onProgress);
  if (exercised === null && isCountEnough(budget, baseline)) {
    const assertions = assertCount(budget, first.count);
    if (worstResult(assertions) !== 'failed')
      return toReport(world, { process: first.process, limits: first.count, assertions });
  }
  const outcome = await settle(world, request, { exercised, startTicks: first.process.startTicks });
  if (outcome.kind === 'settled') return outcome.report;
  const report = reportUnobservable(world, request, outcome);
  return { ...report, process: first.process, runs: exercised === null ? null : [] };
}

interface Circumstances {
  readonly exercised: Exercised | null;
  readonly startTicks: number;
}

async function settle(
  world: World,
  request: AssertRequest,
  { exercised, startTicks }: Circumstances,
): Promise<{ kind: 'settled'; report: AssertionReport } | Unobservable> {
  const { clock } = world;
  const { settleMs } = request;
  const sightings = new Sightings();
  const startedAt = clock.monotonicMs();
  const stayMs = settleMs / 2;
  let deadline = startedAt + settleMs;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs *= 2) {
    const isLast = clock.monotonicMs() >= deadline && settleMs > 0;
    const looked = await look(world, request, isLast ? SECOND_LOOK_MS : 0);
    if (looked.kind === 'unobservable') return looked;
    if (looked.inspection.process.startTicks !== startTicks) return replaced(request.pid);
    sightings.note(looked.inspection.descriptors, clock.monotonicMs());
    const { inspection } = looked;
    const strict = toRound(request, exercised, inspection, () => true);
    const settledAfterMs = Math.round(clock.monotonicMs() - startedAt);
    if (settleMs === 0 || strict.assertions.every(isFinal)) return settled(strict, settledAfterMs);
    if (isLast) {
      const round = toRound(request, exercised, inspection, (one) => sightings.hasStayed(one, stayMs));
      const isOver = clock.monotonicMs() >= startedAt + settleMs + stayMs;
      if (worstResult(round.assertions) === 'failed' || isOver) return settled(round, settledAfterMs);
      // Only what came during the wait breaks it: that is given the time that the rest had.
      deadline = startedAt + settleMs + stayMs;
    }
    request.onProgress(
      `a budget is exceeded: checking again for ${Math.ceil((deadline - clock.monotonicMs()) / 1000)} s`,
    );
    await clock.sleep(Math.max(0, Math.min(pauseMs, deadline - clock.monotonicMs())));
  }

  function settled(round: Round, settledAfterMs: number): { kind: 'settled'; report: AssertionReport } {
    return { kind: 'settled', report: reportRound(world, round, exercised, settledAfterMs) };
  }
}

/** What another look cannot make better: it holds, or cannot be counted at all. */
function isFinal({ result, found }: Assertion): boolean {
  return result === 'passed' || (result === 'undecidable' && found === null);
}

async function look(world: World, request: AssertRequest, settleMs: number): Promise<Inspected | Unobservable> {
  // A count alone must not wait for what reads tables.
  const { inspect } = await import('../inspect/inspect.ts');
  return inspect(world, {
    withinMs: USUAL_MS,
    pid: request.pid,
    sources: sourcesFor(request.budget, request.baseline, world.kernelCalls().kind === 'loaded'),
    settleMs,
    // What stays through the whole of --settle breaks a budget; nothing is called certain.
    certainAfterMs: CERTAIN_AFTER_MS,
    toolTimeoutMs: request.toolTimeoutMs,
    withFlags: false,
    withQuotas: false,
    withOtherEnds: false,
    onProgress: request.onProgress,
  });
}

function toRound(
  { budget, baseline }: AssertRequest,
  exercised: Exercised | null,
  inspection: Inspection,
  isCounted: Parameters<typeof assertBudget>[3],
): Round {
  const assertions = assertBudget(budget, baseline, inspection, isCounted);
  if (exercised === null) return { inspection, assertions, growth: [] };
  const { looks } = exercised;
  const judged = looks.length < 2 ? NO_GROWTH : judgeGrowth(looks, inspection.descriptors, budget.ignore);
  const { growth } = judged;
  const leaks = assertGrowth(judged);
  const hasFailed = leaks.some(({ result }) => result === 'failed');
  // An exercise that was cut short proves no absence; what has leaked by then has leaked.
  if (exercised.because !== null && !hasFailed)
    return { inspection, assertions: [...assertions, cutShort(exercised.because)], growth };
  return { inspection, assertions: [...assertions, ...leaks], growth };
}

function cutShort(because: string): Assertion {
  return {
    ...NOTHING_STAYS,
    found: null,
    result: 'undecidable',
    because,
    descriptors: [],
  };
}

function replaced(pid: number): Unobservable {
  return {
    kind: 'unobservable',
    pid,
    because: 'it ended, and its pid was reused',
    remedy: 'use the new pid',
  };
}
