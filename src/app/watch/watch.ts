import type { AlertTiming } from '../../core/alert/alert-book.ts';
import type { Match, Target } from '../../core/model/target.ts';
import type { Conclusion, WatchState } from '../../core/model/watch.ts';
import { type FoundTarget, findTarget, formatTarget } from '../find-target.ts';
import type { World } from '../world.ts';
import { AlertDesk, type LastWaits, type Notifier } from './alert-desk.ts';
import { collectEvidence } from './evidence.ts';
import { toHistoryPath } from './history-path.ts';
import { openWatchHistory, type WatchHistory, WITHOUT_HISTORY } from './watch-history.ts';
import { Pursuit } from './pursuit.ts';
import { isOutOfDescriptors } from './reserve.ts';
import { Session, type TickReport } from './session.ts';
import type { SharedWatches } from './shared-watches.ts';
import { formatCount } from '../../core/words/numbers.ts';

export interface WatchRequest {
  readonly target: Target;
  /** Whether the successor of a process that has ended is watched in its place. */
  readonly follow: boolean;
  readonly children: boolean;
  readonly intervalMs: number;
  readonly durationMs: number | null;
  readonly samples: number | null;
  readonly orphanAgeMs: number;
  /** null: the usual place; false: nothing is kept. */
  readonly history: string | null | false;
  readonly retainMs: number;
  readonly timing: AlertTiming;
  readonly notifiers: readonly Notifier[];
  /** Files and URLs of stacks, read for the evidence of each alert. */
  readonly stacks: readonly string[];
  readonly interrupted: AbortSignal;
  /** What this watch shares with others of this process. */
  readonly shared: SharedWatches;
  /** Resolves after `ms` or when `interrupted`, or a key, ends the pause. */
  readonly pause: (ms: number) => Promise<void>;
  /** Whether somebody asked for a full look since the last tick. */
  readonly takeLookWish: () => boolean;
  readonly onTick: (report: TickReport) => void;
  /** One line for people: what is waited for, where the history is. */
  readonly say: (line: string) => void;
}

/** `refused`: nothing was watched, and why. */
export type Watched =
  | { readonly kind: 'watched'; readonly conclusion: Conclusion; readonly state: WatchState }
  | { readonly kind: 'refused'; readonly because: string; readonly matches: readonly Match[] };

const LAST_WAITS: LastWaits = { noticesMs: null, evidenceMs: 15_000 };
/** A signal is obeyed within a second. */
const INTERRUPTED: LastWaits = { noticesMs: 600, evidenceMs: 800 };
const SHOWN_WORKERS = 8;

/**
 * Watches a process until it is interrupted, its time is over, or the process has ended and nobody follows it. One look a tick; each
 * tick is on disk before the next.
 */
export async function watch(undisturbed: World, request: WatchRequest): Promise<Watched> {
  const world = untilInterrupted(undisturbed, request);
  const { target, follow, intervalMs } = request;
  const found = findTarget(world, target);
  if (found.kind === 'several') {
    return {
      kind: 'refused',
      because: `${formatTarget(target)} matches ${found.matches.length} processes`,
      matches: found.matches,
    };
  }
  if (found.kind === 'none') {
    if (!follow) return { kind: 'refused', because: `${found.because}. Next: ${found.remedy}`, matches: [] };
    request.say(`${found.because}; waiting for it`);
  }
  const first = found.kind === 'found' ? found.match : null;
  // Before the history takes its descriptors: to look is more than to keep.
  const { reserve } = request.shared;
  reserve.hold();
  const opening = await openHistory(world, request, first);
  if (opening.kind === 'owned') {
    reserve.release();
    return { kind: 'refused', because: `process ${opening.pid} is already writing this history`, matches: [] };
  }
  const { kept } = opening;
  const desk = new AlertDesk({
    timing: request.timing,
    notifiers: request.notifiers,
    collectEvidence: async (pid) => {
      try {
        return await collectEvidence(world, pid, request.stacks);
      } catch (error) {
        if (!isOutOfDescriptors(error)) throw error;
        request.say('no evidence for this alert: fdleak has run out of descriptors');
        return null;
      }
    },
  });
  const pursuit = new Pursuit(world, target, { follows: follow, first });
  const workers = found.kind === 'found' ? sayWorkers(found, request) : null;
  if (workers !== null) request.say(workers);
  const session = new Session(
    world,
    { ...request, intervalMs, cpuMs: readCpuMs, name: formatTarget(target), notes: workers === null ? [] : [workers] },
    { kept, pursuit, desk, reserve },
  );
  await run(world, request, session);
  await desk.end(request.interrupted.aborted ? INTERRUPTED : LAST_WAITS);
  const state = await session.end();
  return { kind: 'watched', conclusion: session.conclude(), state };
}

/** Of a master and its workers the master is watched: the leak may be theirs. null where there are none, or they are counted. */
function sayWorkers(
  { match, workers }: Extract<FoundTarget, { kind: 'found' }>,
  { children, target }: WatchRequest,
): string | null {
  if (workers.length === 0 || children) return null;
  const shown = workers.slice(0, SHOWN_WORKERS).map(({ pid }) => pid);
  const pids = `${shown.join(', ')}${workers.length > shown.length ? ', …' : ''}`;
  const all = `${formatTarget(target)} matches ${workers.length + 1} processes`;
  const others = formatCount(workers.length, 'other', 'others');
  return `${all}; watching only the first, ${match.pid}. Next: --children includes the ${others} (${pids})`;
}

/** Ticks keep to a clock that never jumps; those that would be in the past are left out. */
async function run(world: World, request: WatchRequest, session: Session): Promise<void> {
  const { intervalMs, durationMs, samples, interrupted, shared } = request;
  const startedAt = world.clock.monotonicMs();
  const endMs = durationMs === null ? Infinity : startedAt + durationMs;
  let next = startedAt;
  let isToBeSeen = false;
  while (!interrupted.aborted) {
    if (request.takeLookWish() || session.samples + 1 === samples) session.lookNow();
    const { isOver, isOnlyCounted } = await takeTick(request, session);
    isToBeSeen = isOnlyCounted;
    if (isOver || (samples !== null && session.samples >= samples)) return;
    shared.heap.collectIfDue(world.clock.monotonicMs());
    const nowMs = world.clock.monotonicMs();
    next += Math.max(1, Math.ceil((nowMs - next) / intervalMs)) * intervalMs;
    await request.pause(Math.max(0, Math.min(next, endMs) - nowMs));
    // A look that is due at the very end is taken.
    if (world.clock.monotonicMs() >= endMs && next > endMs) break;
    if (request.takeLookWish()) {
      session.lookNow();
      next = world.clock.monotonicMs();
    }
  }
  if (!isToBeSeen || interrupted.aborted) return;
  session.lookNow();
  await takeTick(request, session);
}

interface Ticked {
  readonly isOver: boolean;
  /** What was only counted last is looked at once more when the time is over, whatever it costs: the verdict is of then. */
  readonly isOnlyCounted: boolean;
}

/** A function that pauses for as long as the watch lasts would keep a report, and all samples of its time, in what V8 saves of it. */
async function takeTick({ shared, onTick }: WatchRequest, session: Session): Promise<Ticked> {
  const report = await shared.look(() => session.tick());
  onTick(report);
  const { isOver, state } = report;
  return { isOver, isOnlyCounted: !isOver && state.blind === null && state.sample?.full === null };
}

async function openHistory(
  world: World,
  { history, target, retainMs, intervalMs, shared: { isOfMany }, say }: WatchRequest,
  first: Match | null,
): Promise<{ kind: 'kept'; kept: WatchHistory } | { kind: 'owned'; pid: number }> {
  if (history === false) return { kind: 'kept', kept: WITHOUT_HISTORY };
  const path = history ?? toHistoryPath(target, first?.comm ?? null, process.env);
  const opened = await openWatchHistory(world, { path, retainMs, intervalMs, isOfMany });
  if (opened.kind === 'kept') say(`history: ${path}`);
  return opened;
}

/** The world in which no program outlives the watch: what was looked at is then what /proc alone says. */
function untilInterrupted(world: World, { interrupted }: Pick<WatchRequest, 'interrupted'>): World {
  return { ...world, runTool: (command, args, ms) => world.runTool(command, args, ms, interrupted) };
}

function readCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
