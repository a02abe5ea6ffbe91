import { readBootMs } from '../../collect/clock-gap.ts';
import { OpenCounter } from '../../collect/limits.ts';
import { isSameProcess, readBootId, readCommandLine } from '../../collect/process-identity.ts';
import type { HistoryEvent } from '../../core/model/history.ts';
import type { Life } from '../../core/model/life.ts';
import type { Limit } from '../../core/model/limits.ts';
import type { Sample } from '../../core/model/sample.ts';
import type { Segment } from '../../core/model/segment.ts';
import type { Match } from '../../core/model/target.ts';
import type { World } from '../world.ts';
import { readCheapCount } from './counts.ts';
import type { WatchHistory } from './watch-history.ts';
import { type Observed, Observer, type ObserverRequest } from './observer.ts';
import type { Pursuit } from './pursuit.ts';
import type { RecentHistory } from './recent-history.ts';
import type { Reserve } from './reserve.ts';
import { Segments } from '../../core/history/segments.ts';
import { type Clocks, Timeline } from '../../core/history/timeline.ts';

/** USER_HZ is 100 everywhere. @see proc_pid_stat(5), field 22 */
const MS_PER_TICK = 10;

export interface GatherRequest extends ObserverRequest {
  /** What is to be said at the first tick. */
  readonly notes: readonly string[];
}

interface GatherParts {
  readonly kept: WatchHistory;
  readonly pursuit: Pursuit;
  readonly reserve: Reserve;
  /** Told of each gap and segment. */
  readonly recent: RecentHistory;
}

/** What is gathered for one tick before it is judged and stored. */
export interface Gathering {
  readonly at: number;
  readonly segments: Segment[];
  readonly events: HistoryEvent[];
  readonly lives: Life[];
  sample: Sample | null;
  /** The history has just begun anew, and knows nothing of what stands. */
  isFresh: boolean;
  /** The target has ended, and nobody follows it. */
  isOver: boolean;
}

/** A jump: by so many at least, and by this part of what was open. */
const LEAST_JUMP = 16;
const JUMP = 0.2;
const NEAR_LIMIT = 0.95;

/** Gathers what each tick sees: the moment, the process and its segment, its descriptors. */
export class Gatherer {
  readonly #world: World;
  readonly #request: GatherRequest;
  readonly #parts: GatherParts;
  readonly #bootId: string;
  readonly #timeline: Timeline;
  readonly #segments: Segments;
  readonly observer: Observer;
  /** The moment of the first tick, ms since 1970. */
  readonly startedAt: number;
  #resumedFrom: number | null;
  #isSeen = true;
  #wantsLook = false;
  readonly #notes: string[];
  #match: Match | null = null;
  #comm: string | null = null;
  #cmdline: readonly string[] | null = null;
  #lastOpen: number | null = null;
  readonly #counter = new OpenCounter();
  #nearest: Observed['nearest'] = { open: 0, soft: null };

  constructor(world: World, request: GatherRequest, parts: GatherParts) {
    const { past, lastSegment, lastLife } = parts.kept;
    this.#world = world;
    this.#request = request;
    this.#notes = [...request.notes];
    this.#parts = parts;
    this.#bootId = readBootId(world.proc) ?? '';
    this.#resumedFrom = past?.lastSample?.at ?? null;
    const last = past?.segments.at(-1) ?? null;
    const clocks = this.#readClocks();
    this.#timeline = new Timeline(clocks, request.intervalMs, this.#resumedFrom, this.#measureAge(last, clocks));
    this.#segments = new Segments(lastSegment, last);
    this.observer = new Observer(world, request, { lastLife, open: past?.openLives ?? [] });
    this.startedAt = this.#timeline.at;
  }

  /** The moment of the last tick. */
  get at(): number {
    return this.#timeline.at;
  }

  /** null while the target is not running. */
  get pid(): number | null {
    return this.#match?.pid ?? null;
  }

  /** The words the process was started with; null where they cannot be read. */
  get cmdline(): readonly string[] | null {
    return this.#cmdline;
  }

  /** The latest name of the process that was seen last; null before one was. */
  get comm(): string | null {
    return this.#comm ?? this.#segments.current?.comm ?? null;
  }

  /** The process that is nearest to its limit. */
  get nearest(): Observed['nearest'] {
    return this.#nearest;
  }

  /** The next tick takes a full look, whatever it costs. */
  lookNow(): void {
    this.#wantsLook = true;
  }

  async gather(): Promise<Gathering> {
    const gathering = this.#begin();
    await this.#parts.reserve.lend(async () => this.#observe(gathering));
    return gathering;
  }

  /** The moment of a tick, and what is to be said of the time since the last. */
  #begin(): Gathering {
    const { at, gap, note } = this.#timeline.advance(this.#readClocks());
    const events: HistoryEvent[] = [];
    const from = this.#resumedFrom;
    this.#resumedFrom = null;
    if (from !== null && at - from <= 2 * this.#request.intervalMs) {
      events.push({ kind: 'note', at, because: 'this watch continues where another had ended' });
    } else if (from !== null) {
      const because = 'not watched: the previous watch had ended';
      events.push({ kind: 'gap', at, from, until: at, because });
    } else if (gap !== null) events.push({ kind: 'gap', at, ...gap });
    for (const event of events) if (event.kind === 'gap') this.#parts.recent.addGap(event);
    const notes = this.#notes.splice(0).concat(note ?? []);
    for (const because of notes) events.push({ kind: 'note', at, because });
    return { at, segments: [], events, lives: [], sample: null, isFresh: false, isOver: false };
  }

  async #observe(gathering: Gathering): Promise<void> {
    const { at, events, lives } = gathering;
    const sighting = this.#parts.pursuit.sight();
    if (sighting.kind !== 'seen') {
      if (this.#isSeen) events.push({ kind: 'note', at, because: sighting.because });
      if (this.#isSeen) lives.push(...this.observer.endLives(at));
      this.#isSeen = false;
      this.#match = null;
      gathering.isOver = sighting.kind === 'over';
      return;
    }
    const { match, exe, note, isExiting } = sighting;
    if (note !== null) events.push({ kind: 'note', at, because: note });
    const count = readCheapCount(this.#world, match.pid, { isExiting, counter: this.#counter });
    if (count === null) return;
    this.#isSeen = true;
    this.#match = match;
    this.#comm = match.comm;
    const { soft, hard } = count;
    const segment = this.#place(gathering, { ...match, bootId: this.#bootId, exe, soft, hard });
    const isWanted = this.#wantsLook || segment.from === at;
    this.#wantsLook = false;
    // To count thousands takes its time: only where no look is due.
    const isForced = (): boolean => isWanted || this.#isSudden(count.open(), soft);
    const observed = await this.observer.observe(at, match, { count, segment: segment.id, isForced });
    for (const because of observed.notes) events.push({ kind: 'note', at, because });
    lives.push(...observed.lives);
    this.#nearest = observed.nearest;
    if (observed.open === null) return;
    if (observed.full !== null) this.#lastOpen = observed.nearest.open;
    // The sum over several processes is under no limit.
    const limits = this.#request.children ? { soft: null, hard: null } : { soft, hard };
    const { open, full } = observed;
    // Spread, the limits would take V8 an array of their own for each sample.
    gathering.sample = { at, segment: segment.id, open, soft: limits.soft, hard: limits.hard, full };
  }

  /** A count that jumped since the last full look, or that comes near its limit, is worth one whatever it costs. */
  #isSudden(open: number | null, soft: Limit | null): boolean {
    const before = this.#lastOpen;
    if (open === null || before === null || this.#request.children) return false;
    if (Math.abs(open - before) >= Math.max(LEAST_JUMP, JUMP * before)) return true;
    return typeof soft === 'number' && open >= NEAR_LIMIT * soft && before < NEAR_LIMIT * soft;
  }

  #place(gathering: Gathering, identity: Parameters<Segments['place']>[1]): Segment {
    const { segment, begun } = this.#segments.place(gathering.at, identity);
    if (begun !== null) {
      this.#cmdline = readCommandLine(this.#world.proc, segment.pid);
      if (begun.isOtherProcess) gathering.lives.push(...this.observer.endLives(gathering.at));
      gathering.events.push(begun.event);
      this.#parts.recent.addSegment(segment);
    }
    gathering.isFresh = this.#parts.kept.takeFresh();
    if (begun !== null || gathering.isFresh) gathering.segments.push(segment);
    if (gathering.isFresh) gathering.lives.push(...this.observer.openLives);
    return segment;
  }

  /** How long a process that still runs has run: whatever was seen of it was seen since then. */
  #measureAge(last: Segment | null, { bootMs }: Clocks): number | null {
    const { proc } = this.#world;
    if (last === null || bootMs === null || last.bootId !== this.#bootId) return null;
    return isSameProcess(proc, last.pid, last.startTicks) ? bootMs - last.startTicks * MS_PER_TICK : null;
  }

  #readClocks(): Clocks {
    const { clock, proc } = this.#world;
    return { wallMs: clock.nowMs(), monotonicMs: clock.monotonicMs(), bootMs: readBootMs(proc) };
  }
}
