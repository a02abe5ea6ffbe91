import type { TickRecord } from '../core/model/history.ts';
import type { HistoryFault } from './fault.ts';
import type { OpenedWriter } from './open-history.ts';
import type { HistoryWriter } from './writer.ts';

/** Of the ticks that had to go, this many events are kept. */
const MOST_EVENTS = 1_000;

/** What became of the last tick. `dropped`: samples that are lost for good, as more were waiting than may. */
export interface WriteState {
  readonly state: 'stored' | 'waiting';
  readonly waiting: number;
  readonly dropped: number;
  /** Why ticks wait; null when none do. */
  readonly fault: HistoryFault | { readonly kind: 'owned'; readonly pid: number } | null;
}

export interface BufferedHistoryOptions {
  /** Opens the file anew after a fault: `() => openWriter(path, options)`. */
  readonly open: () => Promise<OpenedWriter>;
  /** Ticks that may wait in memory: 8,640 are a day of 10 s. */
  readonly mostWaiting: number;
  /** A fault is tried again at the next tick, then after 2, 4, … up to this many. */
  readonly mostTicksBetweenTries: number;
}

/**
 * A history that a watch can always add to. While the file cannot be written (disk full, locked, read-only, corrupt) the
 * ticks wait in memory, in order, and go to the file in one transaction when it can be written again.
 */
export class BufferedHistory {
  readonly #options: BufferedHistoryOptions;
  #writer: HistoryWriter | null;
  #waiting: TickRecord[] = [];
  #dropped = 0;
  #fault: WriteState['fault'] = null;
  #ticksToWait = 0;
  #wait = 1;

  constructor(writer: HistoryWriter | null, options: BufferedHistoryOptions) {
    this.#writer = writer;
    this.#options = options;
  }

  /** Stores a tick, with those that wait before it. */
  async add(tick: TickRecord): Promise<WriteState> {
    this.#waiting.push(tick);
    while (this.#waiting.length > this.#options.mostWaiting) this.#dropOldestSample();
    if (this.#ticksToWait > 0) this.#ticksToWait -= 1;
    else await this.#store();
    return this.keeping();
  }

  keeping(): WriteState {
    const waiting = this.#waiting.length;
    return { state: waiting === 0 ? 'stored' : 'waiting', waiting, dropped: this.#dropped, fault: this.#fault };
  }

  /** Tries once more to store what waits, then lets the file go. */
  async close(): Promise<WriteState> {
    if (this.#waiting.length > 0) await this.#store();
    this.#writer?.close();
    this.#writer = null;
    return this.keeping();
  }

  async #store(): Promise<void> {
    const fault = await this.#tryToStore();
    this.#fault = fault;
    if (fault === null) {
      this.#waiting = [];
      this.#wait = 1;
      return;
    }
    this.#ticksToWait = this.#wait - 1;
    this.#wait = Math.min(this.#wait * 2, this.#options.mostTicksBetweenTries);
  }

  async #tryToStore(): Promise<WriteState['fault']> {
    if (this.#writer === null) {
      const opened = await this.#options.open();
      if (opened.kind !== 'opened') return opened;
      this.#writer = opened.history;
    }
    const committed = this.#writer.commit(this.#waiting);
    if (committed.kind === 'committed') return null;
    if (committed.is !== 'full' && committed.is !== 'locked') {
      this.#writer.close();
      this.#writer = null;
    }
    return committed;
  }

  /** The oldest sample goes; what else its tick brought (segments, lives, alerts) moves to the next. */
  #dropOldestSample(): void {
    const [oldest, next, ...rest] = this.#waiting;
    if (oldest === undefined || next === undefined) return;
    if (oldest.sample !== null) this.#dropped += 1;
    const changed = new Set(next.lives.map(({ id }) => id));
    const merged: TickRecord = {
      segments: [...oldest.segments, ...next.segments],
      sample: next.sample,
      events: [...oldest.events, ...next.events].slice(-MOST_EVENTS),
      lives: [...oldest.lives.filter(({ id }) => !changed.has(id)), ...next.lives],
      alerts: [...oldest.alerts, ...next.alerts],
      evidence: [...oldest.evidence, ...next.evidence].slice(-1),
    };
    this.#waiting = [merged, ...rest];
  }
}
