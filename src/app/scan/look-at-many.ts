import { CERTAIN_AFTER_MS } from '../../core/classify/certainty.ts';
import type { Inspection } from '../../core/model/inspection.ts';
import type { ScannedProcess } from '../../core/model/scanned-process.ts';
import type { CountedProcess } from '../../core/model/counted-process.ts';
import { parseProcStat } from '../../core/parse/proc-stat.ts';
import { type Holding, isHolding } from '../../core/scan/holding.ts';
import { standingOf } from '../../core/scan/standing.ts';
import { inspect } from '../inspect/inspect.ts';
import type { World } from '../world.ts';
import type { EarlierRounds } from '../../collect/host-processes.ts';
import type { RememberedLooks } from './remembered-looks.ts';
import type { ScanRows } from './scan-rows.ts';
import { Turns } from '../turns.ts';

/** What a look at one process came to. */
export type Looked =
  | {
      readonly kind: 'seen';
      readonly process: CountedProcess;
      readonly isDenied: boolean;
      readonly seen: Omit<ScannedProcess, Exclude<keyof CountedProcess, 'open' | 'soft' | 'hard'> | 'user'>;
    }
  | { readonly kind: 'not-reached' | 'ended'; readonly process: CountedProcess }
  | { readonly kind: 'unobservable'; readonly process: CountedProcess; readonly because: string };

interface ManyRequest {
  readonly startedAt: number;
  readonly withinMs: number;
  readonly settleMs: number;
  readonly holding: Holding | null;
  readonly sequel: Pick<Sequel, 'memory' | 'budget'> | null;
}

/** A scan that follows others: whom it does not reach, it tells of as an earlier one saw it. */
export interface Sequel {
  readonly memory: RememberedLooks;
  readonly earlier: EarlierRounds;
  readonly rows: ScanRows;
  /** null: looks may take as long as there is time. */
  readonly budget: LooksBudget | null;
}

/** How long looks may take. */
export interface LooksBudget {
  /** In one scan, in the long run. */
  readonly eachMs: number;
  /** Beyond that, once. */
  readonly atStartMs: number;
}

/** The end of a scan takes its time too. */
const SPARE_MS = 100;
/** What a look should have beside its pause, and for each descriptor: a whole first look is worth more than half of two. */
const READING_MS = 200;
const EACH_MS = 0.05;

/**
 * Looks at processes in their order until the time is over. One look at a time is at work: the first looks follow one another, the pauses
 * before the second ones run side by side, so that all of them together take one. A process that is reached too late for a pause is looked
 * at once; none is begun in the time that those in their pauses will need.
 */
export async function lookAtMany(
  world: World,
  processes: readonly CountedProcess[],
  { startedAt, withinMs, settleMs, holding, sequel }: ManyRequest,
): Promise<readonly Looked[]> {
  const endsAt = startedAt + withinMs - SPARE_MS;
  const turns = new Turns();
  let owedMs = 0;
  const look = async (process: CountedProcess): Promise<Looked> => {
    const begunAt = world.clock.monotonicMs();
    const leftMs = endsAt - begunAt - owedMs;
    if (leftMs <= 0) return { kind: 'not-reached', process };
    // A second look takes about as long as the first.
    const sleep = async (ms: number): Promise<void> => {
      const tookMs = world.clock.monotonicMs() - begunAt;
      owedMs += tookMs;
      turns.give();
      await world.clock.sleep(ms);
      await turns.take();
      owedMs -= tookMs;
    };
    const { clock } = world;
    const here = { nowMs: () => clock.nowMs(), monotonicMs: () => clock.monotonicMs(), sleep };
    const pauseMs = leftMs - settleMs > READING_MS + (process.open ?? 0) * EACH_MS ? settleMs : 0;
    const request = { settleMs: pauseMs, leftMs: leftMs - pauseMs, holding };
    return await lookAt({ ...world, clock: here }, process, request);
  };
  const lookInTurn: LookAt = async (process) => await turns.run(() => look(process));
  if (sequel === null) return await Promise.all(processes.map(lookInTurn));
  const { memory, budget } = sequel;
  memory.keepOnly(processes);
  const order = memory.order(processes);
  const remembering = async (process: CountedProcess): Promise<Looked> => {
    const looked = await lookInTurn(process);
    if (looked.kind === 'not-reached') return memory.recall(process) ?? looked;
    memory.keep(process, looked, world.clock.monotonicMs());
    return looked;
  };
  return budget === null
    ? await Promise.all(order.map(remembering))
    : await lookSparingly(world, order, { look: remembering, memory, budgetMs: budget.eachMs });
}

type LookAt = (process: CountedProcess) => Promise<Looked>;

/** In one scan, those that were never seen may take ten times as long as the others, and at least 100 ms, out of what was saved: after its start a serve soon knows all. */
const UNSEEN_SHARE = 10;
const UNSEEN_MS = 100;

interface SparingRequest {
  readonly look: LookAt;
  readonly memory: RememberedLooks;
  readonly budgetMs: number;
}

async function lookSparingly(
  world: World,
  processes: readonly CountedProcess[],
  { look, memory, budgetMs }: SparingRequest,
): Promise<readonly Looked[]> {
  const leftMs = memory.earn(budgetMs);
  const looks: Looked[] = [];
  let spentMs = 0;
  for (const process of processes) {
    const known = memory.recall(process);
    const mostMs = known === null ? Math.max(UNSEEN_SHARE * budgetMs, UNSEEN_MS) : budgetMs;
    const mayLook = spentMs < Math.min(mostMs, leftMs);
    if (!mayLook) {
      looks.push(known ?? { kind: 'not-reached', process });
      continue;
    }
    const startedAt = world.clock.monotonicMs();
    looks.push(await look(process));
    spentMs += world.clock.monotonicMs() - startedAt;
  }
  memory.spend(spentMs);
  return looks;
}

interface OneRequest {
  readonly settleMs: number;
  readonly leftMs: number;
  readonly holding: Holding | null;
}

async function lookAt(world: World, process: CountedProcess, request: OneRequest): Promise<Looked> {
  const outcome = await inspect(world, {
    pid: process.pid,
    // The walk is loaded only for one that holds dead connections.
    sources: ['proc', 'autopsy', 'bpf'],
    settleMs: request.settleMs,
    certainAfterMs: CERTAIN_AFTER_MS,
    toolTimeoutMs: request.leftMs,
    withinMs: request.leftMs,
    withFlags: false,
    withQuotas: false,
    withOtherEnds: false,
    onProgress: () => undefined,
  });
  if (outcome.kind === 'inspected') {
    const { inspection } = outcome;
    if (inspection.process.startTicks !== process.startTicks) return { kind: 'ended', process };
    return {
      kind: 'seen',
      process,
      isDenied: inspection.capability.level === 'count',
      seen: toSeen(inspection, process, request.holding),
    };
  }
  return hasEnded(world, process)
    ? { kind: 'ended', process }
    : { kind: 'unobservable', process, because: outcome.because };
}

/** Whether it is gone, or only waits to be: a zombie has let go of all that it held. */
function hasEnded({ proc }: World, { pid, startTicks }: CountedProcess): boolean {
  const text = proc.text(`${pid}/stat`);
  const stat = text.kind === 'read' ? parseProcStat(text.value) : null;
  if (stat?.kind !== 'parsed') return text.kind === 'gone';
  return stat.startTicks !== startTicks || stat.state === 'Z' || stat.state === 'X';
}

const MOST_PLACES = 8;

function toSeen(
  inspection: Inspection,
  counted: CountedProcess,
  holding: Holding | null,
): Extract<Looked, { kind: 'seen' }>['seen'] {
  const { limits, places, findings, descriptors, process, capability } = inspection;
  const standing = standingOf(inspection);
  const [missing] = capability.missing;
  return {
    open: limits.open ?? counted.open,
    soft: limits.soft ?? counted.soft,
    hard: limits.hard ?? counted.hard,
    cmdline: process.cmdline,
    standing,
    because: standing === 'unseen' ? (missing?.because ?? 'some descriptors could not be judged') : null,
    utilization: limits.utilization,
    free: limits.free,
    byVerdict: inspection.summary.byVerdict,
    places: places
      .slice(0, MOST_PLACES)
      .map(({ what, where, count, leak, objects, perHour }) => ({ what, where, count, leak, objects, perHour })),
    findings: findings.filter(({ severity }) => severity !== 'info').map(({ id }) => id),
    holding:
      holding === null || capability.level === 'count'
        ? null
        : descriptors.filter((one) => isHolding(one, holding)).length,
  };
}
