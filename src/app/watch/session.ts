import { readBootMs } from '../../collect/clock-gap.ts';
import { readBootId } from '../../collect/process-identity.ts';
import { groupSuspects } from '../../core/life/group-suspects.ts';
import { LifeTracker } from '../../core/life/life-tracker.ts';
import type { Descriptor } from '../../core/model/descriptor.ts';
import type { HistoryEvent, Life } from '../../core/model/history.ts';
import type { Inspection } from '../../core/model/inspection.ts';
import type { Counts, FullLook, Sample, Segment } from '../../core/model/sample.ts';
import type { Match } from '../../core/model/target.ts';
import type { AlertNotice, HistoryStatus, Suspect, WatchState } from '../../core/model/watch.ts';
import { findChildren } from '../find-target.ts';
import type { World } from '../world.ts';
import type { AlertDesk } from './alert-desk.ts';
import { type CheapCount, readCheapCount } from './counts.ts';
import { FullLooks } from './full-looks.ts';
import { type Kept, NO_HISTORY } from './kept.ts';
import type { Pursuit } from './pursuit.ts';
import { RecentHistory } from './recent-history.ts';
import { isOutOfDescriptors, Reserve } from './reserve.ts';
import { Segments } from './segments.ts';
import { Timeline } from './timeline.ts';
import { TrendClock } from './trend-clock.ts';

export interface SessionRequest {
  readonly intervalMs: number;
  readonly orphanAgeMs: number;
  readonly children: boolean;
  readonly cpuMs: () => number;
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
}

const SHOWN_EVENTS = 5;

/** One watch from its first tick to its last: clocks, process, counts, lives, trends, alerts, history. */
export class Session {
  readonly #world: World;
  readonly #request: SessionRequest;
  readonly #kept: Kept;
  readonly #pursuit: Pursuit;
  readonly #desk: AlertDesk;
  readonly #bootId: string;
  readonly #timeline: Timeline;
  readonly #looks: FullLooks;
  readonly #segments: Segments;
  readonly #lives: LifeTracker;
  readonly #recent = new RecentHistory();
  readonly #trends: TrendClock;
  readonly #reserve = new Reserve();
  readonly #startedAt: number;
  #ticks = 0;
  #sawLeak = false;
  #samples = 0;
  #isSeen = true;
  #wantsLook = false;
  #children: readonly Match[] = [];
  #match: Match | null = null;
  #openNow: { readonly open: number; readonly soft: CheapCount['soft'] } = { open: 0, soft: null };
  #byVerdict: Counts = {};
  #firstByVerdict: Counts | null = null;
  #suspects: readonly Suspect[] = [];
  #groups: readonly string[] = [];
  #lastEvents: readonly HistoryEvent[] = [];
  #fullEvery = 1;
  #lastSample: Sample | null = null;
  #resumedFrom: number | null;
  #history: HistoryStatus = NO_HISTORY;

  constructor(
    world: World,
    request: SessionRequest,
    { kept, pursuit, desk }: { kept: Kept; pursuit: Pursuit; desk: AlertDesk },
  ) {
    this.#world = world;
    this.#request = request;
    this.#kept = kept;
    this.#pursuit = pursuit;
    this.#desk = desk;
    this.#bootId = readBootId(world.proc) ?? '';
    const { past } = kept;
    this.#resumedFrom = past?.lastSample?.at ?? null;
    this.#timeline = new Timeline(this.#clocks(), request.intervalMs, this.#resumedFrom);
    this.#looks = new FullLooks(world, request.intervalMs, request.cpuMs);
    this.#segments = new Segments(kept.lastSegment, past?.segments.at(-1) ?? null);
    this.#lives = new LifeTracker(kept.lastLife);
    this.#trends = new TrendClock(this.#recent, request.cpuMs);
    this.#startedAt = this.#timeline.at;
    if (past !== null) {
      this.#recent.resume(past);
      this.#lives.resume(past.openLives);
      this.#desk.resume(past.openAlerts);
    }
  }

  /** Whether a sample was ever taken. */
  get hasSeen(): boolean {
    return this.#samples > 0;
  }

  get samples(): number {
    return this.#samples;
  }

  /** Whether a leak was established: something grows, or orphans were kept for too long. */
  get hasLeak(): boolean {
    return this.#sawLeak || this.#trends.trends.some(({ growth }) => growth === 'growing');
  }

  /** The next tick takes a full look, whatever it costs. */
  lookNow(): void {
    this.#wantsLook = true;
  }

  async tick(): Promise<TickReport> {
    this.#ticks += 1;
    const gathering = this.#begin();
    const isOver = await this.#observe(gathering);
    const { at, sample, events } = gathering;
    if (sample !== null) this.#recent.addSample(sample);
    this.#trends.measureIfDue(at);
    const orphans = this.#oldOrphans(at);
    if (orphans.length > 0) this.#sawLeak = true;
    const facts = { ...this.#openNow, trends: this.#trends.trends, orphans, groups: this.#groups };
    const { records, notices } =
      sample === null ? { records: [], notices: [] } : this.#desk.judge(at, facts, this.#match?.pid ?? null);
    const evidence = this.#desk.takeEvidence();
    const { segments, lives } = gathering;
    if (sample !== null || events.length + lives.length + evidence.length > 0) {
      this.#history = await this.#kept.add({ segments, sample, events, lives, alerts: records, evidence });
    }
    this.#lastEvents = [...this.#lastEvents, ...events].slice(-SHOWN_EVENTS);
    return { state: this.#toState(at, sample, orphans.length), events, notices, isOver };
  }

  /** Measures the trends a last time, stores what waits and lets the file go. */
  async end(): Promise<WatchState> {
    const { at } = this.#timeline;
    this.#trends.measure(at);
    const evidence = this.#desk.takeEvidence();
    if (evidence.length > 0) {
      await this.#kept.add({ segments: [], sample: null, events: [], lives: [], alerts: [], evidence });
    }
    this.#history = await this.#kept.close();
    this.#reserve.release();
    return this.#toState(at, this.#lastSample, this.#oldOrphans(at).length);
  }

  #begin(): Gathering {
    const { at, gap, note } = this.#timeline.advance(this.#clocks());
    const events: HistoryEvent[] = [];
    const from = this.#resumedFrom;
    this.#resumedFrom = null;
    if (from !== null) {
      const because = 'nobody watched: the watch before this one had ended';
      const isShort = at - from <= 2 * this.#request.intervalMs;
      events.push(
        isShort
          ? { kind: 'note', at, because: 'a watch went on where another had ended' }
          : { kind: 'gap', at, from, until: at, because },
      );
    } else if (gap !== null) events.push({ kind: 'gap', at, ...gap });
    for (const event of events) if (event.kind === 'gap') this.#recent.addGap(event);
    if (note !== null) events.push({ kind: 'note', at, because: note });
    return { at, segments: [], events, lives: [], sample: null };
  }

  /** Looks at the process. True when there is nothing left to watch. */
  async #observe(gathering: Gathering): Promise<boolean> {
    const { at, events } = gathering;
    const sighting = this.#pursuit.sight();
    if (sighting.kind !== 'seen') {
      if (this.#isSeen) events.push({ kind: 'note', at, because: sighting.because });
      if (this.#isSeen) gathering.lives.push(...this.#lives.endAll(at));
      this.#isSeen = false;
      this.#match = null;
      return sighting.kind === 'over';
    }
    const { match, exe } = sighting;
    const count = readCheapCount(this.#world, match.pid);
    if (count === null) return false;
    this.#isSeen = true;
    this.#match = match;
    const { soft, hard } = count;
    const segment = this.#place(gathering, { ...match, bootId: this.#bootId, exe, soft, hard });
    const looked = await this.#look(gathering, match, segment);
    const open = this.#countAll(count, looked);
    if (open === null) return false;
    const full = looked === null ? null : this.#track(gathering, segment, looked.descriptors);
    // The sum over several processes is under no limit.
    const limits = this.#request.children ? { soft: null, hard: null } : { soft, hard };
    gathering.sample = { at, segment: segment.id, open, ...limits, full };
    this.#lastSample = gathering.sample;
    this.#samples += 1;
    return false;
  }

  #place(gathering: Gathering, identity: Parameters<Segments['place']>[1]): Segment {
    const { segment, begun } = this.#segments.place(gathering.at, identity);
    if (begun !== null) {
      if (begun.isOtherProcess) gathering.lives.push(...this.#lives.endAll(gathering.at));
      gathering.events.push(begun.event);
      this.#recent.addSegment(segment);
    }
    if (begun !== null || this.#kept.takeFresh()) gathering.segments.push(segment);
    return segment;
  }

  /** The full look, where one is due: null where it was not, or could not be. */
  async #look(gathering: Gathering, match: Match, segment: Segment): Promise<Looked | null> {
    if (!this.#looks.isDue() && !this.#wantsLook && segment.from !== gathering.at) return null;
    this.#wantsLook = false;
    if (this.#request.children) this.#children = findChildren(this.#world, match.pid);
    try {
      const looked = await this.#reserve.lend(async () => this.#lookAtAll(match));
      this.#sayPace(gathering);
      return looked;
    } catch (error) {
      if (!isOutOfDescriptors(error)) throw error;
      gathering.events.push({
        kind: 'note',
        at: gathering.at,
        because: 'this watch is out of descriptors: only counted',
      });
      return null;
    }
  }

  async #lookAtAll({ pid, startTicks }: Match): Promise<Looked | null> {
    const own = await this.#looks.take(pid);
    if (own === null || own.process.startTicks !== startTicks) return null;
    const descriptors: Descriptor[] = [...own.descriptors];
    for (const child of this.#children) {
      const look = await this.#looks.take(child.pid);
      // The number of the process tells its descriptors from those of the others.
      for (const one of look?.descriptors ?? []) descriptors.push({ ...one, tid: one.tid ?? child.pid });
    }
    return { own, descriptors };
  }

  #sayPace({ at, events }: Gathering): void {
    const { every } = this.#looks;
    if (every === this.#fullEvery) return;
    this.#fullEvery = every;
    const because =
      every === 1
        ? 'a full look at every tick again'
        : `a full look takes more than 1 % of a core: one every ${every} ticks`;
    events.push({ kind: 'note', at, because });
  }

  /** Descriptors of all processes watched; null when nobody could count. The one nearest to its limit is what near-limit judges. */
  #countAll(count: CheapCount, looked: Looked | null): number | null {
    const own = count.open ?? looked?.own.limits.open ?? null;
    if (own === null) return null;
    this.#openNow = { open: own, soft: count.soft };
    let sum = own;
    for (const { pid } of this.#children) {
      const child = readCheapCount(this.#world, pid);
      if (child?.open == null) continue;
      sum += child.open;
      if (measureUse(child.open, child.soft) > measureUse(this.#openNow.open, this.#openNow.soft))
        this.#openNow = { open: child.open, soft: child.soft };
    }
    return sum;
  }

  #track(gathering: Gathering, segment: Segment, descriptors: readonly Descriptor[]): FullLook {
    const { lives, opened, closed } = this.#lives.track(gathering.at, segment.id, descriptors);
    gathering.lives.push(...lives);
    const byVerdict = tally(descriptors, ({ verdict }) => verdict.is);
    this.#byVerdict = byVerdict;
    this.#firstByVerdict ??= byVerdict;
    this.#suspects = this.#lives.suspects();
    this.#groups = groupSuspects(this.#suspects);
    return { byVerdict, byKind: tally(descriptors, ({ kind }) => kind), opened, closed };
  }

  #oldOrphans(at: number): Suspect[] {
    const isOld = ({ verdict, since }: Suspect): boolean =>
      verdict === 'orphaned' && at - since >= this.#request.orphanAgeMs;
    return this.#isSeen ? this.#suspects.filter(isOld) : [];
  }

  #clocks(): ConstructorParameters<typeof Timeline>[0] {
    const { clock, proc } = this.#world;
    return { wallMs: clock.nowMs(), monotonicMs: clock.monotonicMs(), bootMs: readBootMs(proc) };
  }

  #toState(at: number, sample: Sample | null, oldOrphans: number): WatchState {
    return {
      at,
      startedAt: this.#startedAt,
      ticks: this.#ticks,
      pid: this.#match?.pid ?? null,
      comm: this.#segments.current?.comm ?? '',
      sample,
      byVerdict: this.#byVerdict,
      firstByVerdict: this.#firstByVerdict ?? {},
      trends: this.#trends.trends,
      suspects: this.#suspects,
      oldOrphans,
      groups: this.#groups,
      events: this.#lastEvents,
      alerts: this.#desk.open,
      fullEvery: this.#fullEvery,
      history: this.#history,
      recent: this.#recent.samples,
    };
  }
}

interface Looked {
  readonly own: Inspection;
  readonly descriptors: readonly Descriptor[];
}

function measureUse(open: number, soft: CheapCount['soft']): number {
  return typeof soft === 'number' ? open / Math.max(1, soft) : 0;
}

function tally(descriptors: readonly Descriptor[], nameOf: (descriptor: Descriptor) => string): Counts {
  const counts: Record<string, number> = {};
  for (const descriptor of descriptors) {
    const name = nameOf(descriptor);
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}
