import { groupSuspects } from '../../core/history/group-suspects.ts';
import { LifeTracker } from '../../core/history/life-tracker.ts';
import { countMoved, countPlaces } from '../../core/history/place-counts.ts';
import { tally } from '../../core/history/tally.ts';
import { TurnoverBook } from '../../core/history/turnover-book.ts';
import type { Descriptor } from '../../core/model/descriptor.ts';
import type { Life } from '../../core/model/life.ts';
import type { Limit } from '../../core/model/limits.ts';
import type { Counts, FullLook } from '../../core/model/sample.ts';
import type { Match } from '../../core/model/target.ts';
import type { Turnover } from '../../core/model/turnover.ts';
import type { Blindness, Suspect } from '../../core/model/watch.ts';
import { findChildren } from '../find-target.ts';
import type { World } from '../world.ts';
import { type CheapCount, readCheapCount } from './counts.ts';
import { GonePeers } from './gone-peers.ts';
import { FullLooks, type FullLooksRequest } from './full-looks.ts';
import type { LeanSight } from './lean-look.ts';
import { readPhase } from '../inspect/phase.ts';
import { isOutOfDescriptors } from './reserve.ts';

export interface ObserverRequest extends FullLooksRequest {
  readonly children: boolean;
}

/** What one tick saw of a process. */
export interface Observed {
  /** Descriptors of all processes that are watched; null when nobody could count them. */
  readonly open: number | null;
  /** The process that is nearest to its limit. */
  readonly nearest: { readonly open: number; readonly soft: Limit | null };
  readonly full: FullLook | null;
  readonly lives: readonly Life[];
  readonly notes: readonly string[];
}

/** Looks at a process and those it started, and follows the descriptors from look to look. */
export class Observer {
  readonly #world: World;
  readonly #request: ObserverRequest;
  readonly #looks: FullLooks;
  readonly #tracker: LifeTracker;
  readonly turnover = new TurnoverBook();
  readonly peers: GonePeers;
  #children: readonly Match[] = [];
  #first: Counts | null = null;
  byVerdict: Counts = {};
  /** null where the latest full look saw every descriptor. */
  blind: Blindness | null = null;
  /** Those of the watch before stand until a look has seen otherwise. */
  suspects: readonly Suspect[];
  groups: readonly string[] = [];

  /** `lastLife` is the highest number given to a life so far; `open` are those of a watch before this one. */
  constructor(world: World, request: ObserverRequest, { lastLife, open }: { lastLife: number; open: readonly Life[] }) {
    this.#world = world;
    this.#request = request;
    this.#looks = new FullLooks(world, request);
    this.peers = new GonePeers(world);
    this.#tracker = new LifeTracker(lastLife);
    this.#tracker.resume(open);
    this.suspects = this.#tracker.suspects();
  }

  get fullEvery(): number {
    return this.#looks.every;
  }

  /** Whether a full look saw the descriptors, be there any or none. */
  get hasLooked(): boolean {
    return this.#first !== null;
  }

  get firstByVerdict(): Counts {
    return this.#first ?? {};
  }

  /** A full look is taken where one is due, or `isForced`; else the descriptors are only counted. */
  async observe(
    at: number,
    match: Match,
    { count, segment, isForced }: { count: CheapCount; segment: number; isForced: () => boolean },
  ): Promise<Observed> {
    const isDue = this.#looks.pace.isDue(this.#world.clock.monotonicMs()) || isForced();
    const before = this.blind;
    const looked = isDue ? await this.#looks.measured(() => this.#lookAtAll(match)) : NOTHING;
    const notes = [...looked.notes, ...this.#looks.takeNotes(), ...sayBlindness(before, this.blind)];
    const own = looked.ownOpen ?? count.open();
    if (own === null) return { open: null, nearest: { open: 0, soft: null }, full: null, lives: [], notes };
    const { open, nearest } = this.#sumUp(own, count.soft);
    if (looked.descriptors === null) return { open, nearest, full: null, lives: [], notes };
    const { lives, ...full } = this.#track(at, segment, looked.descriptors);
    return { open, nearest, full, lives, notes };
  }

  /** What came and went at each place up to now. */
  measureTurnover(at: number): Turnover[] {
    return this.turnover.measure(at, this.#tracker.open());
  }

  /** What the last look alone saw, to be kept at the end. */
  takeUnkept(): Life[] {
    return this.#tracker.takeUnkept();
  }

  /** What a history that has just begun must be told of the looks before. */
  get openLives(): readonly Life[] {
    return this.#tracker.kept();
  }

  /** The process is gone, or another: every life ends. */
  endLives(at: number): readonly Life[] {
    this.turnover.reset();
    this.suspects = [];
    this.groups = [];
    return this.#tracker.endAll(at);
  }

  async #lookAtAll({ pid, startTicks }: Match): Promise<Looked> {
    if (this.#request.children) this.#children = findChildren(this.#world, pid);
    try {
      const own = await this.#lookAt(pid);
      if (own.kind === 'unseen') this.blind = toBlindness(own);
      if (own.kind !== 'seen' || own.look.startTicks !== startTicks) return NOTHING;
      let blind: Blindness | null = null;
      const descriptors = [...this.peers.mark(pid, own.look.descriptors)];
      for (const child of this.#children) {
        const sight = await this.#lookAt(child.pid);
        if (sight.kind === 'unseen') blind ??= toBlindness(sight);
        if (sight.kind !== 'seen') continue;
        // The number of the process tells its descriptors from those of the others.
        for (const one of sight.look.descriptors) descriptors.push({ ...one, tid: one.tid ?? child.pid });
      }
      this.blind = blind;
      const ownOpen = own.look.descriptors.filter(({ tid }) => tid === null).length;
      return { descriptors, ownOpen, notes: [] };
    } catch (error) {
      if (!isOutOfDescriptors(error)) throw error;
      return { ...NOTHING, notes: ['fdleak has run out of descriptors: counting only'] };
    }
  }

  /** `gone` as well where the process began to end meanwhile. */
  async #lookAt(pid: number): Promise<LeanSight> {
    const before = readPhase(this.#world, pid);
    const sight = await this.#looks.take(pid);
    const after = readPhase(this.#world, pid);
    return before === after && after !== 'ending' ? sight : { kind: 'gone' };
  }

  #sumUp(own: number, soft: Limit | null): Pick<Observed, 'nearest'> & { readonly open: number } {
    let open = own;
    let nearest: Observed['nearest'] = { open: own, soft };
    for (const { pid } of this.#children) {
      const child = readCheapCount(this.#world, pid);
      const count = child?.open() ?? null;
      if (child === null || count === null) continue;
      open += count;
      const one = { open: count, soft: child.soft };
      if (measureUse(one) > measureUse(nearest)) nearest = one;
    }
    return { open, nearest };
  }

  #track(
    at: number,
    segment: number,
    descriptors: readonly Descriptor[],
  ): FullLook & { readonly lives: readonly Life[] } {
    const tracked = this.#tracker.track(at, segment, descriptors);
    const { lives, opened, closed, begun, ended, isFirst } = tracked;
    const isStart = isFirst && this.turnover.startedAt === null;
    this.turnover.take(at, tracked);
    const byPlace = countPlaces(this.#tracker.open());
    const moved = isStart ? {} : countMoved(begun, ended, byPlace);
    const byVerdict = tally(descriptors, ({ verdict }) => verdict.is);
    this.byVerdict = byVerdict;
    this.#first ??= byVerdict;
    this.suspects = this.#tracker.suspects();
    this.groups = groupSuspects(this.suspects);
    return { byVerdict, byKind: tally(descriptors, ({ kind }) => kind), byPlace, moved, opened, closed, lives };
  }
}

interface Looked {
  readonly descriptors: readonly Descriptor[] | null;
  /** Descriptors in the table of the process itself. */
  readonly ownOpen: number | null;
  readonly notes: readonly string[];
}

const NOTHING: Looked = { descriptors: null, ownOpen: null, notes: [] };

function toBlindness({ because, remedy }: Blindness): Blindness {
  return { because, remedy };
}

/** Said once, and again when it is over. */
function sayBlindness(before: Blindness | null, now: Blindness | null): string[] {
  if (before?.because === now?.because) return [];
  return [
    now === null ? 'all descriptors are visible again' : `cannot see descriptors: ${now.because}. Next: ${now.remedy}`,
  ];
}

function measureUse({ open, soft }: Observed['nearest']): number {
  return typeof soft === 'number' ? open / Math.max(1, soft) : 0;
}
