import { findAll } from '../../app/find-target.ts';
import { Pause } from '../../app/watch/pause.ts';
import type { Match, Target } from '../../core/model/target.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode, worstOf } from '../exit-code.ts';
import { runWatch, type WatchRun } from './watch-run.ts';

/** So many at once: a unit that starts a process for each request is watched in another way. */
const MOST_AT_ONCE = 500;
/** An end is seen within this. */
const STEP_MS = 500;

/** What all watches of one run have in common. */
export type SharedRun = Omit<WatchRun, 'target' | 'name'>;

/**
 * Watches every process that `target` names, each on its own, and those that come later, once two looks for them have found them. Ends
 * when the time is over; where none is waited for, when all have ended.
 */
export async function watchEach(target: Target, run: SharedRun, context: Context): Promise<ExitCode> {
  const { clock } = context.world;
  const { interval, duration = Number.POSITIVE_INFINITY } = run.flags;
  const endMs = clock.monotonicMs() + duration;
  const members = new Members(run, context, endMs);
  let found = findAll(context.world, target);
  for (const match of found) members.start(match);
  if (found.length === 0) {
    context.fail('no process matches. Next: ps -ef shows names and command lines');
    return EXIT.cannotTell;
  }
  const pause = new Pause(run.interrupted);
  let next = clock.monotonicMs() + interval;
  while (!run.interrupted.aborted && clock.monotonicMs() < endMs && (members.running > 0 || waits(run))) {
    await pause.wait(Math.min(STEP_MS, interval));
    if (!waits(run) || clock.monotonicMs() < next) continue;
    next += interval;
    const before = new Set(found.map(keyOf));
    found = findAll(context.world, target);
    members.forgetAllBut(found);
    for (const match of found) if (before.has(keyOf(match))) members.start(match);
  }
  return await members.end();
}

/** Whether those that come later are watched. */
function waits({ flags }: SharedRun): boolean {
  return flags.follow !== false && flags.samples === undefined;
}

/** The processes that are watched, and what those came to that were. */
class Members {
  readonly #run: SharedRun;
  readonly #context: Context;
  readonly #endMs: number;
  readonly #running = new Set<Promise<void>>();
  #known = new Set<string>();
  #worst: ExitCode = EXIT.clean;
  #isFull = false;

  constructor(run: SharedRun, context: Context, endMs: number) {
    this.#run = run;
    this.#context = context;
    this.#endMs = endMs;
  }

  get running(): number {
    return this.#running.size;
  }

  start(match: Match): void {
    if (this.#known.has(keyOf(match)) || !this.#hasRoom()) return;
    this.#known.add(keyOf(match));
    const { flags } = this.#run;
    const left = this.#endMs - this.#context.world.clock.monotonicMs();
    const own = { ...flags, follow: false, ...(Number.isFinite(left) ? { duration: Math.max(0, left) } : {}) };
    const target = { by: 'pid', pid: match.pid } as const;
    const watching = this.#watch({ ...this.#run, flags: own, target, name: `${match.pid}` });
    this.#running.add(watching);
    void watching.finally(() => this.#running.delete(watching));
  }

  forgetAllBut(present: readonly Match[]): void {
    const keys = new Set(present.map(keyOf));
    this.#known = new Set([...this.#known].filter((key) => keys.has(key)));
  }

  async end(): Promise<ExitCode> {
    await Promise.all(this.#running);
    return this.#worst;
  }

  async #watch(run: WatchRun): Promise<void> {
    this.#worst = worstOf([this.#worst, await runWatch(run, this.#context)]);
  }

  #hasRoom(): boolean {
    if (this.#running.size < MOST_AT_ONCE) return true;
    if (!this.#isFull) this.#context.fail(`${MOST_AT_ONCE} processes are watched at once; others are not`);
    this.#isFull = true;
    return false;
  }
}

/** A number is used again; not by a process of the same age. */
function keyOf({ pid, startTicks }: Match): string {
  return `${pid}/${startTicks}`;
}
