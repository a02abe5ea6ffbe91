import { groupBy } from '../group-by.ts';
import type { Life } from '../model/life.ts';
import type { Moved } from '../model/sample.ts';
import type { Turnover } from '../model/turnover.ts';
import { measureArrivals } from './arrivals.ts';
import { findDriver, nameOf } from './driver.ts';
import { type Entry, type Kept, withWiderPlaces } from './wider-places.ts';
import { Lifetimes } from './lifetimes.ts';

/** Places that are followed: those that were left empty are forgotten first. */
const MOST_PLACES = 2000;
/** Nearly all that were closed had been open for no longer. */
const NEARLY_ALL = 0.99;
/** A survivor this many times older than those is of another sort. */
const OUTLIVED = 3;

/** What one look brought: lives that began, and lives that ended because the program closed them. */
export interface Moves {
  readonly begun: readonly Life[];
  readonly ended: readonly Life[];
  readonly moved: readonly (readonly [life: Life, from: string | null])[];
  /** Whether it was the first look: what it found was open before. */
  readonly isFirst: boolean;
}

/** What was seen of a process so far. */
export interface Recalled {
  readonly startedAt: number;
  readonly moved: Moved;
  readonly lives: readonly Life[];
}

/** Counts by place what one process opens and closes. */
export class TurnoverBook {
  #entries = new Map<string, Entry>();
  #startedAt: number | null = null;

  /** Another process: nothing of the one before counts. */
  reset(): void {
    this.#entries = new Map();
    this.#startedAt = null;
  }

  take(at: number, { begun, ended, moved, isFirst }: Moves): void {
    const isStart = isFirst && this.#startedAt === null;
    this.#startedAt ??= at;
    for (const life of begun) {
      const entry = this.#entryOf(placeOf(life));
      if (isStart) entry.atStart += 1;
      else entry.opened += 1;
    }
    for (const life of ended) {
      const entry = this.#entryOf(placeOf(life));
      entry.closed += 1;
      entry.lifetimes.add((life.lastSeen ?? at) - life.firstSeen);
    }
    for (const [life, from] of moved) this.#move(life, from ?? life.kind);
  }

  /** When the first look was; null before it. */
  get startedAt(): number | null {
    return this.#startedAt;
  }

  /** Takes over what was seen of the same process so far. */
  resume({ startedAt, moved, lives }: Recalled): void {
    this.reset();
    this.#startedAt = startedAt;
    for (const [place, [opened, closed]] of Object.entries(moved)) {
      const entry = this.#entryOf(place);
      entry.opened = opened;
      entry.closed = closed;
    }
    const begun = new Map<Entry, number>();
    for (const life of lives) {
      const entry = this.#entryOf(placeOf(life));
      if (life.firstSeen <= startedAt) entry.atStart += 1;
      else begun.set(entry, (begun.get(entry) ?? 0) + 1);
      if (life.lastSeen !== null) entry.lifetimes.add(life.lastSeen - life.firstSeen);
    }
    // A history that knows no places knows lives all the same.
    for (const [entry, count] of begun) entry.opened = Math.max(entry.opened, count);
  }

  /** A life is found to belong elsewhere: what it counted for goes with it. */
  #move(life: Life, from: string): void {
    const field = life.firstSeen <= (this.#startedAt ?? 0) ? 'atStart' : 'opened';
    const before = this.#entryOf(from);
    before[field] = Math.max(0, before[field] - 1);
    this.#entryOf(placeOf(life))[field] += 1;
  }

  /** The turnover of every place that holds or held something, the most held first; of small ones that have a wider place, that of all. */
  measure(at: number, open: Iterable<Life>): Turnover[] {
    const held = groupBy(open, placeOf);
    for (const place of held.keys()) this.#entryOf(place);
    const places = [...this.#entries].map(([place, entry]) => ({
      place,
      entry,
      lives: held.get(place) ?? [],
      members: [],
    }));
    const all = withWiderPlaces(places).map((one) => this.#toTurnover(at, one));
    return all.sort((a, b) => b.open - a.open || b.opened - a.opened);
  }

  #toTurnover(at: number, { place, entry, lives, members }: Kept): Turnover {
    const { atStart, opened, closed, lifetimes } = entry;
    const startedAt = this.#startedAt ?? at;
    const survivors = lives.filter(({ firstSeen }) => firstSeen > startedAt);
    const most = lifetimes.quantile(NEARLY_ALL);
    const median = lifetimes.quantile(0.5);
    const third = (at - startedAt) / 3;
    const seen = lives.map(({ firstSeen }) => firstSeen);
    const since = survivors.map(({ firstSeen }) => firstSeen);
    // Of those that are younger some will be closed as well: there are always some, and they would stand for late ones that stay.
    const isOldEnough = at - (most ?? 0);
    return {
      place,
      members,
      what: nameOf(lives),
      open: lives.length,
      atStart,
      opened,
      closed,
      survivors: survivors.length,
      outlived: survivors.filter(({ firstSeen }) => at - firstSeen > OUTLIVED * (most ?? 0)).length,
      early: survivors.filter(({ firstSeen }) => firstSeen <= startedAt + third).length,
      late: survivors.filter(({ firstSeen }) => firstSeen > at - third).length,
      ...measureArrivals(since, startedAt, isOldEnough),
      oldestSince: findLeast(seen),
      youngestSince: findMost(seen),
      closedAfterMs: most === null || median === null ? null : { median, most },
      drivenBy: findDriver(survivors),
    };
  }

  #entryOf(place: string): Entry {
    const known = this.#entries.get(place);
    if (known !== undefined) return known;
    if (this.#entries.size >= MOST_PLACES) this.#forget();
    const entry = { atStart: 0, opened: 0, closed: 0, lifetimes: new Lifetimes() };
    this.#entries.set(place, entry);
    return entry;
  }

  /** Places of which all was closed tell nothing any more. */
  #forget(): void {
    for (const [place, { atStart, opened, closed }] of this.#entries)
      if (closed >= atStart + opened) this.#entries.delete(place);
  }
}

/** Histories of the first schema know no places: their lives are grouped by kind. */
export function placeOf({ place, kind }: Life): string {
  return place ?? kind;
}

function findLeast(values: readonly number[]): number | null {
  return values.reduce<number | null>((least, value) => (least === null || value < least ? value : least), null);
}

function findMost(values: readonly number[]): number | null {
  return values.reduce<number | null>((most, value) => (most === null || value > most ? value : most), null);
}
