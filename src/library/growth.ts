import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { measureExercise } from '../app/measure-exercise.ts';
import { Looker } from '../app/take-look.ts';
import { type Growth, type Look, mayHaveGrown, mayLeak, measureGrowth } from '../core/budget/growth.ts';
import { sumRuns } from '../core/budget/assert-growth.ts';
import { withoutIgnored } from '../core/budget/ignore.ts';
import type { IgnorePattern } from '../core/model/budget.ts';
import { explainDescriptors } from '../report/assertion-evidence.ts';
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
  /** What stayed after every run, kind by kind; empty: nothing leaks. */
  readonly leaks: readonly Growth[];
  /** How many stayed after each run, over all leaks. */
  readonly runs: readonly number[];
  /** Why nothing was checked; null where it was. */
  readonly skipped: string | null;
  /** The leaks with their descriptors, targets, verdicts and evidence; empty where there are none. */
  readonly message: string;
}

const FIRST_PAUSE_MS = 5;
const SECOND_LOOK_MS = 250;
/** Closes of this process that are under way are done within so many turns of its loop. */
const TURNS = 2;

/**
 * Runs `work` again and again and says which descriptors stay after every run: of this process, or of `pid`.
 *
 *     const { leaks, message } = await trackGrowth(async () => { await request('/') });
 *     assert.deepEqual(leaks, [], message);
 *
 * What appears once (a cache, a pool that fills) is no leak. Before it accuses, it waits up to `settleMs` and, in this process,
 * collects garbage. Rejects with what `work` rejects with, and with an {@link ObservationError} where the process cannot be looked
 * at. Where there is no Linux it warns in one line, runs nothing, and reports no leaks, with `skipped`.
 */
export async function trackGrowth(work: () => unknown, options: GrowthOptions = {}): Promise<GrowthReport> {
  const unsupported = whyUnsupported();
  if (unsupported !== null) {
    warnSkipped(unsupported);
    return { leaks: [], runs: [], skipped: unsupported, message: '' };
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
  if (because !== null) throw new ObservationError(`cannot look at process ${pid}: ${because}`);
  return toReport(await settle({ pid, looks, ignore, settleMs: options.settleMs ?? 1000 }), runs);
}

/** As {@link trackGrowth}, but rejects with a {@link DescriptorLeakError} when something leaks. */
export async function assertNoGrowth(work: () => unknown, options: GrowthOptions = {}): Promise<void> {
  const { leaks, message } = await trackGrowth(work, options);
  if (leaks.length > 0) throw new DescriptorLeakError(message);
}

interface Subject {
  readonly pid: number;
  readonly looks: readonly Look[];
  readonly ignore: readonly IgnorePattern[];
  readonly settleMs: number;
}

/** Looks again with growing pauses until nothing leaks or the time is over. */
async function settle(subject: Subject): Promise<Growth[]> {
  const { pid, looks, settleMs } = subject;
  const last = looks.at(-1);
  if (last === undefined || !mayHaveGrown(looks, last)) return [];
  if (pid === process.pid && settleMs > 0) await collectGarbage();
  const looker = new Looker(theWorld(), pid);
  const until = performance.now() + settleMs;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs *= 2) {
    const isLast = performance.now() >= until;
    const look = looker.take();
    if (look.kind !== 'read') throw new ObservationError(`cannot look at process ${pid}: ${look.path} is ${look.kind}`);
    if (!mayHaveGrown(looks, look.value)) return [];
    if (isLast) return (await findGrowth(subject, Math.min(settleMs, SECOND_LOOK_MS))).filter(({ leaks }) => leaks);
    // A pool in which connections are replaced is told by what they are: no need to wait for it.
    if (pauseMs === FIRST_PAUSE_MS && !(await findGrowth(subject, 0)).some(mayLeak)) return [];
    await sleep(Math.min(pauseMs, Math.max(1, until - performance.now())));
  }
}

async function findGrowth({ pid, looks, ignore }: Subject, settleMs: number): Promise<Growth[]> {
  const inspection = await inspect(pid, { settleMs });
  return measureGrowth(looks, withoutIgnored(inspection.descriptors, ignore));
}

function toReport(leaks: readonly Growth[], runs: number): GrowthReport {
  const lines = leaks.flatMap(({ what, runs: counts, descriptors }) => [
    `leaked [${counts.join(', ')}] ${what}`,
    ...explainDescriptors(descriptors).map((line) => `  ${line}`),
  ]);
  return { leaks, runs: sumRuns(leaks, runs), skipped: null, message: lines.join('\n') };
}
