import { ProcessFolder } from '../../collect/process-folder.ts';
import { findLimitRun } from '../../core/history/find-limit-run.ts';
import { concludeWatch } from '../../core/history/conclude-watch.ts';
import type { QuotaTrend } from '../../core/model/quota.ts';
import type { LimitRun } from '../../core/model/limit-run.ts';
import type { HistoryEvent } from '../../core/model/history.ts';
import type { Sample } from '../../core/model/sample.ts';
import type { JudgedPlace } from '../../core/model/turnover.ts';
import type { AlertNotice, Conclusion, HistoryStatus, Suspect, WatchState } from '../../core/model/watch.ts';
import { toAlertSubject } from '../../core/alert/alert-subject.ts';
import { judgePlaces } from '../../core/trend/judge-places.ts';
import { readHeldUp } from '../inspect/held-up.ts';
import type { World } from '../world.ts';
import type { AlertDesk } from './alert-desk.ts';
import { Gatherer, type Gathering, type GatherRequest } from './gatherer.ts';
import { type WatchHistory, NO_HISTORY } from './watch-history.ts';
import type { Pursuit } from './pursuit.ts';
import { RecentHistory } from './recent-history.ts';
import type { Reserve } from './reserve.ts';
import { TrendClock } from './trend-clock.ts';
import { measureQuota } from './measure-quota.ts';

export interface SessionRequest extends GatherRequest {
  readonly orphanAgeMs: number;
  /** How the target is spoken of before it was seen. */
  readonly name: string;
}

interface SessionParts {
  readonly kept: WatchHistory;
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

const SHOWN_EVENTS = 5;

/** One watch from its first tick to its last: what each gathers, the trends and alerts of it, its history. */
export class Session {
  readonly #request: SessionRequest;
  readonly #world: World;
  #quota: QuotaTrend | null = null;
  readonly #parts: SessionParts;
  readonly #gatherer: Gatherer;
  readonly #recent: RecentHistory;
  readonly #trends: TrendClock;
  #ticks = 0;
  #samples = 0;
  #sawOldOrphans = false;
  #atLimit: LimitRun | null = null;
  #lastSample: Sample | null = null;
  #places: readonly JudgedPlace[] = [];
  #lastEvents: readonly HistoryEvent[] = [];
  #history: HistoryStatus = NO_HISTORY;

  constructor(world: World, request: SessionRequest, parts: SessionParts) {
    const { past } = parts.kept;
    this.#request = request;
    this.#world = world;
    this.#parts = parts;
    this.#recent = new RecentHistory(request.shared);
    this.#gatherer = new Gatherer(world, request, { ...parts, recent: this.#recent });
    this.#trends = new TrendClock(this.#recent, request.cpuMs, request.shared);
    if (past === null) return;
    this.#recent.resume(past);
    if (past.turnover !== null) this.#gatherer.observer.turnover.resume(past.turnover);
    parts.desk.resume(past.openAlerts);
  }

  /** Ticks that saw the target. */
  get samples(): number {
    return this.#samples;
  }

  /** A leak is established where dead sockets were kept for too long, or at a place that only takes. */
  conclude(): Conclusion {
    const { observer, at } = this.#gatherer;
    const { trends } = this.#trends;
    return concludeWatch({
      atLimit: this.#atLimit,
      leak: this.#sawOldOrphans || this.#places.some(({ judgement }) => judgement === 'leak'),
      samples: this.#samples,
      isSeen: observer.blind === null && observer.hasLooked,
      youngOrphans: (observer.byVerdict['orphaned'] ?? 0) - this.#findOldOrphans(at).length,
      trends,
      places: this.#places,
    });
  }

  /** The next tick takes a full look, whatever it costs. */
  lookNow(): void {
    this.#gatherer.lookNow();
  }

  async tick(): Promise<TickReport> {
    this.#ticks += 1;
    const gathering = await this.#gatherer.gather();
    const { at, sample, events, isOver } = gathering;
    if (sample !== null) {
      this.#recent.addSample(sample);
      this.#lastSample = sample;
      const run = findLimitRun(this.#recent.samples);
      // It may have begun before the samples that are left in memory.
      this.#atLimit = run === null ? null : (this.#atLimit ?? run);
      this.#samples += 1;
    }
    if (this.#trends.measureIfDue(at)) this.#judgePlaces(at);
    const orphans = this.#findOldOrphans(at);
    this.#sawOldOrphans ||= orphans.length > 0;
    const notices = await this.#judgeAndStore(gathering, orphans);
    this.#lastEvents = [...this.#lastEvents, ...events].slice(-SHOWN_EVENTS);
    const state = this.#toState(at, sample, orphans.length);
    this.#parts.desk.tell(notices, toAlertSubject(state));
    return { state, events, notices, isOver };
  }

  /** Measures the trends a last time, stores what waits and lets the file go. */
  async end(): Promise<WatchState> {
    const { at } = this.#gatherer;
    const { kept, desk } = this.#parts;
    this.#trends.measure(at);
    this.#judgePlaces(at);
    const evidence = desk.takeEvidence();
    const lives = this.#gatherer.observer.takeUnkept();
    // Alerts that stand are kept with their latest words.
    const alerts = desk.records;
    if (evidence.length + lives.length + alerts.length > 0) await kept.add({ ...NOTHING_NEW, lives, evidence, alerts });
    this.#history = await kept.close();
    this.#parts.reserve.release();
    return this.#toState(at, this.#lastSample, this.#findOldOrphans(at).length);
  }

  async #judgeAndStore(
    { at, segments, sample, events, lives, isFresh }: Gathering,
    orphans: readonly Suspect[],
  ): Promise<readonly AlertNotice[]> {
    const { kept, desk } = this.#parts;
    const { nearest, observer } = this.#gatherer;
    const facts = {
      ...nearest,
      at,
      trends: this.#trends.trends,
      places: this.#places,
      quota: this.#quota,
      orphans,
      groups: observer.groups,
    };
    const { records, notices } = sample === null ? NO_NEWS : desk.judge(sample, lives, facts);
    const alerts = isFresh ? [...desk.records, ...records] : records;
    const evidence = desk.takeEvidence();
    if (sample !== null || events.length + lives.length + evidence.length > 0) {
      this.#history = await kept.add({ segments, sample, events, lives, alerts, evidence });
    }
    return notices;
  }

  #judgePlaces(at: number): void {
    const { observer } = this.#gatherer;
    const context = { watchedMs: at - (observer.turnover.startedAt ?? at), isAtLimit: this.#atLimit !== null };
    this.#places = judgePlaces(observer.measureTurnover(at), this.#trends.trends, context);
    observer.peers.searchFor(this.#places);
    this.#quota = measureQuota(this.#world, this.#gatherer.pid, this.#trends.trends);
  }

  /** None while the process is stopped or frozen: it cannot close anything. */
  #findOldOrphans(at: number): Suspect[] {
    const { observer, pid } = this.#gatherer;
    const old = observer.suspects.filter(
      ({ verdict, since }) => verdict === 'orphaned' && at - since >= this.#request.orphanAgeMs,
    );
    const isHeldUp = old.length > 0 && pid !== null && readHeldUp(new ProcessFolder(this.#world.proc, pid)) !== null;
    return isHeldUp ? [] : old;
  }

  #toState(at: number, sample: Sample | null, oldOrphans: number): WatchState {
    const { startedAt, pid, comm, cmdline, observer } = this.#gatherer;
    const { byVerdict, firstByVerdict, blind, suspects, groups, fullEvery } = observer;
    return {
      at,
      startedAt,
      ticks: this.#ticks,
      intervalMs: this.#request.intervalMs,
      host: this.#world.host,
      pid,
      cmdline,
      comm: comm ?? this.#request.name,
      sample,
      byVerdict,
      firstByVerdict,
      blind,
      trends: this.#trends.trends,
      places: this.#places,
      quota: this.#quota,
      atLimit: this.#atLimit,
      suspects,
      openLives: () => observer.openLives,
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
const NOTHING_NEW = { segments: [], sample: null, events: [] } as const;
