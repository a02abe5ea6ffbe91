import { setImmediate as nextTurn } from 'node:timers/promises';
import { measureExercise } from '../app/assert/measure-exercise.ts';
import { Looker } from '../app/inspect/take-look.ts';
import { type Growth, type OpenKeys, mayHaveGrown, mayLeak } from '../core/exercise/growth.ts';
import { sayUnsteady, sumRuns } from '../core/budget/assert-growth.ts';
import { type GrowthJudgement, judgeGrowth, NO_GROWTH } from '../core/exercise/judge-growth.ts';
import type { IgnorePattern } from '../core/model/budget.ts';
import type { Descriptor } from '../core/model/descriptor.ts';
import { explainDescriptors } from '../report/assertion/evidence.ts';
import { toPatterns } from './budget.ts';
import { collectGarbage } from './collect-garbage.ts';
import { DescriptorLeakError, ObservationError } from './errors.ts';
import { inspect } from './inspect.ts';
import { warnSkipped, whyUnsupported } from './platform.ts';
import { theWorld } from './world.ts';

export interface GrowthOptions {
  /** Runs that do not count: they fill caches and pools. Default 2. */
  readonly warmup?: number;
  /** Runs that count; a leak stays after every one. Default 5. */
  readonly runs?: number;
  /** How long descriptors may take to be closed before they are held against the code, ms. Default 1000. */
  readonly settleMs?: number;
  /** Descriptors to leave out: `path:/tmp/*`, `peer:10.0.0.5:*`, `port:8080`, `kind:eventfd`, `verdict:bound`. */
  readonly ignore?: readonly string[];
  /** The process to look at. Default: this one. */
  readonly pid?: number;
}

/** What stayed. */
export interface GrowthReport {
  /** What stayed after every run, kind by kind; empty: nothing leaks, or it is `undecided`. */
  readonly leaks: readonly Growth[];
  /** How many stayed after each run, over all leaks. */
  readonly runs: readonly number[];
  /** Why it cannot be told whether something leaks: something stayed after every run, of another kind in each; null where it can. */
  readonly undecided: string | null;
  /** Why nothing was checked; null where it was. */
  readonly skipped: string | null;
  /** The leaks, or what is undecided, with descriptors, targets, verdicts and evidence; empty where there are none. */
  readonly message: string;
}

const FIRST_PAUSE_MS = 5;
const SECOND_LOOK_MS = 250;
/** Closes of this process that are under way are done within so many turns of its loop. */
const TURNS = 2;

/**
 * Runs `work` again and again and says which descriptors stay after every run: of this process, or of `pid`.
 *
 *     const { leaks, undecided, message } = await trackGrowth(async () => { await request('/') });
 *     assert.deepEqual([leaks, undecided], [[], null], message);
 *
 * What appears once (a cache, a pool that fills) is not a leak. Before it accuses, it waits up to `settleMs` and, in this process,
 * collects garbage. Rejects with what `work` rejects with, and with an {@link ObservationError} where the process cannot be looked
 * at. Where there is no Linux it warns in one line, runs nothing, and reports no leaks, with `skipped`.
 */
export async function trackGrowth(work: () => unknown, options: GrowthOptions = {}): Promise<GrowthReport> {
  const unsupported = whyUnsupported();
  if (unsupported !== null) {
    warnSkipped(unsupported);
    return { leaks: [], runs: [], undecided: null, skipped: unsupported, message: '' };
  }
  const { warmup = 2, runs = 5, pid = process.pid } = options;
  const ignore = toPatterns(options.ignore ?? []);
  const isOwn = pid === process.pid;
  const turnsAfter = isOwn ? TURNS : 0;
  const run = async (): Promise<null> => {
    await work();
    for (let turns = 0; turns < turnsAfter; turns++) await nextTurn();
    return null;
  };
  const calmMs = isOwn ? 0 : (options.settleMs ?? 1000);
  const { looks, because } = await measureExercise(theWorld(), pid, { warmup, runs, calmMs, run }, () => undefined);
  if (because !== null) throw new ObservationError(`cannot inspect process ${pid}: ${because}`);
  return toReport(await settle({ pid, looks, ignore, settleMs: options.settleMs ?? 1000 }), runs);
}

/** As {@link trackGrowth}, but rejects with a {@link DescriptorLeakError} when something leaks, or it cannot be told. */
export async function assertNoGrowth(work: () => unknown, options: GrowthOptions = {}): Promise<void> {
  const { leaks, undecided, message } = await trackGrowth(work, options);
  if (leaks.length > 0 || undecided !== null) throw new DescriptorLeakError(message);
}

interface GrowthRun {
  readonly pid: number;
  readonly looks: readonly OpenKeys[];
  readonly ignore: readonly IgnorePattern[];
  readonly settleMs: number;
}

/** Looks again with growing pauses until nothing leaks or the time is over. */
async function settle(run: GrowthRun): Promise<GrowthJudgement> {
  const { pid, looks, settleMs } = run;
  const last = looks.at(-1);
  if (last === undefined || !mayHaveGrown(looks, last)) return NO_GROWTH;
  if (pid === process.pid && settleMs > 0) await collectGarbage();
  const looker = new Looker(theWorld(), pid);
  const until = theWorld().clock.monotonicMs() + settleMs;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs *= 2) {
    const isLast = theWorld().clock.monotonicMs() >= until;
    const look = looker.take();
    if (look.kind !== 'read') throw new ObservationError(`cannot inspect process ${pid}: ${look.path} is ${look.kind}`);
    if (!mayHaveGrown(looks, look.value)) return NO_GROWTH;
    if (isLast) return findGrowth(run, Math.min(settleMs, SECOND_LOOK_MS));
    // A pool that replaces its connections is recognised by what they are: no need to wait for it.
    if (pauseMs === FIRST_PAUSE_MS) {
      const { growth, unsteady } = await findGrowth(run, 0);
      if (unsteady === null && !growth.some(mayLeak)) return NO_GROWTH;
    }
    await theWorld().clock.sleep(Math.min(pauseMs, until - theWorld().clock.monotonicMs()));
  }
}

async function findGrowth({ pid, looks, ignore }: GrowthRun, settleMs: number): Promise<GrowthJudgement> {
  const { descriptors } = await inspect(pid, { settleMs });
  return judgeGrowth(looks, descriptors, ignore);
}

function toReport({ growth, unsteady }: GrowthJudgement, runs: number): GrowthReport {
  const leaks = growth.filter((one) => one.leaks);
  const undecided = unsteady === null ? null : sayUnsteady(unsteady, growth);
  const lines = leaks.flatMap(({ what, runs: counts, descriptors }) => [
    `leaked [${counts.join(', ')}] ${what}`,
    ...explain(descriptors),
  ]);
  if (unsteady !== null && undecided !== null) lines.push(undecided, ...explain(unsteady.descriptors));
  return { leaks, runs: sumRuns(leaks, runs), undecided, skipped: null, message: lines.join('\n') };
}

function explain(descriptors: readonly Descriptor[]): string[] {
  return explainDescriptors(descriptors).map((line) => `  ${line}`);
}
