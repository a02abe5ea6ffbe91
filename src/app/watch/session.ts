import { readBootMs } from '../../collect/clock-gap.ts';
import { readBootId } from '../../collect/process-identity.ts';
import { findLeaks } from '../../core/life/has-leak.ts';
import type { HistoryEvent, Life } from '../../core/model/history.ts';
import type { Sample, Segment } from '../../core/model/sample.ts';
import type { Match } from '../../core/model/target.ts';
import type { AlertNotice, HistoryStatus, Suspect, WatchState } from '../../core/model/watch.ts';
import type { World } from '../world.ts';
import type { AlertDesk } from './alert-desk.ts';
import { readCheapCount } from './counts.ts';
import { type Kept, NO_HISTORY } from './kept.ts';
import { type Observed, Observer } from './observer.ts';
import type { Pursuit } from './pursuit.ts';
import { RecentHistory } from './recent-history.ts';
import type { Reserve } from './reserve.ts';
import { Segments } from './segments.ts';
import { type Clocks, Timeline } from './timeline.ts';
import { TrendClock } from './trend-clock.ts';

export interface SessionRequest {
  readonly intervalMs: number;
  readonly orphanAgeMs: number;
  readonly children: boolean;
  readonly cpuMs: () => number;
}

interface SessionParts {
  readonly kept: Kept;
  readonly pursuit: Pursuit;
  readonly desk: AlertDesk;
  readonly reserve: Reserve;
}

/** What a tick brought: the state after it, and what is new. */
export interface TickReport {
  readonly state: WatchState;
  readonly events: readonly HistoryEvent[];
  readonly notices: readonly AlertNotice[];
  /** The target has ended, and nobody follows it. */
  readonly isOver: boolean;
}

/** What is gathered for one tick before it is stored. */
interface Gathering {
  readonly at: number;
  readonly segments: Segment[];
  readonly events: HistoryEvent[];
  readonly lives: Life[];
  sample: Sample | null;
  isOver: boolean;
}

const SHOWN_EVENTS = 5;

/** One watch from its first tick to its last: clocks, process, counts, lives, trends, alerts, history. */
export class Session {
  readonly #world: World;
  readonly #request: SessionRequest;
  readonly #parts: SessionParts;
  readonly #bootId: string;
  readonly #timeline: Timeline;
  readonly #segments: Segments;
  readonly #observer: Observer;
  readonly #recent = new RecentHistory();
  readonly #trends: TrendClock;
  readonly #startedAt: number;
  #resumedFrom: number | null;
  #ticks = 0;
  #samples = 0;
  #sawOldOrphans = false;
  #isSeen = true;
  #wantsLook = false;
  #match: Match | null = null;
  #nearest: Observed['nearest'] = { open: 0, soft: null };
  #lastSample: Sample | null = null;
  #lastEvents: readonly HistoryEvent[] = [];
  #history: HistoryStatus = NO_HISTORY;

  constructor(world: World, request: SessionRequest, parts: SessionParts) {
    const { past, lastSegment, lastLife } = parts.kept;
    this.#world = world;
    this.#request = request;
    this.#parts = parts;
    this.#bootId = readBootId(world.proc) ?? '';
    this.#resumedFrom = past?.lastSample?.at ?? null;
    this.#timeline = new Timeline(this.#readClocks(), request.intervalMs, this.#resumedFrom);
    this.#segments = new Segments(lastSegment, past?.segments.at(-1) ?? null);
    this.#observer = new Observer(world, request, { lastLife, open: past?.openLives ?? [] });
    this.#trends = new TrendClock(this.#recent, request.cpuMs);
    this.#startedAt = this.#timeline.at;
    if (past === null) return;
    this.#recent.resume(past);
    parts.desk.resume(past.openAlerts);
  }

  /** Ticks that saw the target. */
  get samples(): number {
    return this.#samples;
  }

  /**
   * Whether a leak was established: orphans were kept for too long, or something grows that only grows by leaking. That the rest
   * grows, established connections say, is a leak when it has outlasted the load of two days.
   */
  get hasLeak(): boolean {
    return this.#sawOldOrphans || findLeaks(this.#trends.trends, this.#timeline.at - this.#startedAt).length > 0;
  }

  /** Whether descriptors were seen, not only counted. */
  get hasSeen(): boolean {
    return this.#samples > 0 && Object.keys(this.#observer.byVerdict).length > 0;
  }

  /** Whether orphans are left that are too young to be called a leak. */
  get isOpen(): boolean {
    return !this.hasLeak && (this.#observer.byVerdict['orphaned'] ?? 0) > 0;
  }

  /** The next tick takes a full look, whatever it costs. */
  lookNow(): void {
    this.#wantsLook = true;
  }

  async tick(): Promise<TickReport> {
    this.#ticks += 1;
    const gathering = this.#begin();
    await this.#parts.reserve.lend(async () => this.#observe(gathering));
    const { at, sample, events, isOver } = gathering;
    if (sample !== null) this.#recent.addSample(sample);
    this.#trends.measureIfDue(at);
    const orphans = this.#findOldOrphans(at);
    this.#sawOldOrphans ||= orphans.length > 0;
    const notices = await this.#judgeAndStore(gathering, orphans);
    this.#lastEvents = [...this.#lastEvents, ...events].slice(-SHOWN_EVENTS);
    return { state: this.#toState(at, sample, orphans.length), events, notices, isOver };
  }

  /** Measures the trends a last time, stores what waits and lets the file go. */
  async end(): Promise<WatchState> {
    const { at } = this.#timeline;
    const { kept, desk } = this.#parts;
    this.#trends.measure(at);
    const evidence = desk.takeEvidence();
    if (evidence.length > 0) await kept.add({ ...NOTHING_NEW, evidence });
    this.#history = await kept.close();
    this.#parts.reserve.release();
    return this.#toState(at, this.#lastSample, this.#findOldOrphans(at).length);
  }

  /** The moment of a tick, and what is to be said of the time since the last. */
  #begin(): Gathering {
    const { at, gap, note } = this.#timeline.advance(this.#readClocks());
    const events: HistoryEvent[] = [];
    const from = this.#resumedFrom;
    this.#resumedFrom = null;
    if (from !== null && at - from <= 2 * this.#request.intervalMs) {
      events.push({ kind: 'note', at, because: 'a watch went on where another had ended' });
    } else if (from !== null) {
      const because = 'nobody watched: the watch before this one had ended';
      events.push({ kind: 'gap', at, from, until: at, because });
    } else if (gap !== null) events.push({ kind: 'gap', at, ...gap });
    for (const event of events) if (event.kind === 'gap') this.#recent.addGap(event);
    if (note !== null) events.push({ kind: 'note', at, because: note });
    return { at, segments: [], events, lives: [], sample: null, isOver: false };
  }

  async #observe(gathering: Gathering): Promise<void> {
    const { at, events, lives } = gathering;
    const sighting = this.#parts.pursuit.sight();
    if (sighting.kind !== 'seen') {
      if (this.#isSeen) events.push({ kind: 'note', at, because: sighting.because });
      if (this.#isSeen) lives.push(...this.#observer.endLives(at));
      this.#isSeen = false;
      this.#match = null;
      gathering.isOver = sighting.kind === 'over';
      return;
    }
    const { match, exe } = sighting;
    const count = readCheapCount(this.#world, match.pid);
    if (count === null) return;
    this.#isSeen = true;
    this.#match = match;
    const { soft, hard } = count;
    const segment = this.#place(gathering, { ...match, bootId: this.#bootId, exe, soft, hard });
    const isForced = this.#wantsLook || segment.from === at;
    this.#wantsLook = false;
    const observed = await this.#observer.observe(at, match, { count, segment: segment.id, isForced });
    for (const because of observed.notes) events.push({ kind: 'note', at, because });
    lives.push(...observed.lives);
    this.#nearest = observed.nearest;
    if (observed.open === null) return;
    // The sum over several processes is under no limit.
    const limits = this.#request.children ? { soft: null, hard: null } : { soft, hard };
    gathering.sample = { at, segment: segment.id, open: observed.open, ...limits, full: observed.full };
    this.#lastSample = gathering.sample;
    this.#samples += 1;
  }

  #place(gathering: Gathering, identity: Parameters<Segments['place']>[1]): Segment {
    const { segment, begun } = this.#segments.place(gathering.at, identity);
    if (begun !== null) {
      if (begun.isOtherProcess) gathering.lives.push(...this.#observer.endLives(gathering.at));
      gathering.events.push(begun.event);
      this.#recent.addSegment(segment);
    }
    if (begun !== null || this.#parts.kept.takeFresh()) gathering.segments.push(segment);
    return segment;
  }

  async #judgeAndStore(
    { at, segments, sample, events, lives }: Gathering,
    orphans: readonly Suspect[],
  ): Promise<readonly AlertNotice[]> {
    const { kept, desk } = this.#parts;
    const facts = { ...this.#nearest, trends: this.#trends.trends, orphans, groups: this.#observer.groups };
    const { records: alerts, notices } = sample === null ? NO_NEWS : desk.judge(at, facts, this.#match?.pid ?? null);
    const evidence = desk.takeEvidence();
    if (sample !== null || events.length + lives.length + evidence.length > 0) {
      this.#history = await kept.add({ segments, sample, events, lives, alerts, evidence });
    }
    return notices;
  }

  #findOldOrphans(at: number): Suspect[] {
    return this.#observer.suspects.filter(
      ({ verdict, since }) => verdict === 'orphaned' && at - since >= this.#request.orphanAgeMs,
    );
  }

  #readClocks(): Clocks {
    const { clock, proc } = this.#world;
    return { wallMs: clock.nowMs(), monotonicMs: clock.monotonicMs(), bootMs: readBootMs(proc) };
  }

  #toState(at: number, sample: Sample | null, oldOrphans: number): WatchState {
    const { byVerdict, firstByVerdict, suspects, groups, fullEvery } = this.#observer;
    return {
      at,
      startedAt: this.#startedAt,
      ticks: this.#ticks,
      pid: this.#match?.pid ?? null,
      comm: this.#segments.current?.comm ?? '',
      sample,
      byVerdict,
      firstByVerdict,
      trends: this.#trends.trends,
      suspects,
      oldOrphans,
      groups,
      events: this.#lastEvents,
      alerts: this.#parts.desk.open,
      fullEvery,
      history: this.#history,
      recent: this.#recent.samples,
    };
  }
}

const NO_NEWS = { records: [], notices: [] } as const;
const NOTHING_NEW = { segments: [], sample: null, events: [], lives: [], alerts: [] } as const;
