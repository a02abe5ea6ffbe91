import type { Gap } from '../model/segment.ts';

/** The three clocks at one moment, in ms: wall clock, one that never jumps, one that also runs while the machine sleeps. */
export interface Clocks {
  readonly wallMs: number;
  readonly monotonicMs: number;
  readonly bootMs: number | null;
}

export interface Moment {
  /** ms since 1970, never earlier than the moment before. */
  readonly at: number;
  /** What nobody watched since the moment before, and why. */
  readonly gap: (Gap & { readonly because: string }) | null;
  readonly note: string | null;
}

/** Below this, clocks are adjusted, not set. */
const LEAST_JUMP_MS = 2000;

/**
 * The time of a watch: the wall clock at its start, and from then on the clock that runs since boot, also while the machine sleeps. A
 * wall clock that is set is reported, and changes nothing else. A machine that slept and ticks that were missed leave a gap.
 */
export class Timeline {
  readonly #intervalMs: number;
  readonly #first: Clocks;
  readonly #startedAt: number;
  #last: Clocks;
  #at: number;
  /** How far the wall clock was ahead of our time when it was last told. */
  #toldAheadMs = 0;

  /**
   * `lastAt` is the last moment of the watch before this one: time does not go back behind it. `sinceMost`: how long ago that was at
   * most, by the clock since boot; null where that is unknown.
   */
  constructor(first: Clocks, intervalMs: number, lastAt: number | null, sinceMost: number | null = null) {
    this.#intervalMs = intervalMs;
    this.#first = first;
    this.#last = first;
    const latest = lastAt === null || sinceMost === null ? Infinity : lastAt + sinceMost;
    this.#startedAt = Math.max(Math.min(first.wallMs, latest), (lastAt ?? 0) + 1);
    this.#at = this.#startedAt;
  }

  get at(): number {
    return this.#at;
  }

  advance(now: Clocks): Moment {
    const ranMs = now.monotonicMs - this.#last.monotonicMs;
    const sleptMs = measurePassed(this.#last, now) - ranMs;
    const from = this.#at;
    this.#last = now;
    // Of the whole time, not of each tick: the clock since boot comes in steps of 10 ms.
    const exactly = this.#startedAt + measurePassed(this.#first, now);
    this.#at = Math.max(from + 1, Math.round(exactly));
    const because = this.#whyGap({ ranMs, sleptMs });
    const gap = because === null ? null : { from, until: this.#at, because };
    return { at: this.#at, gap, note: this.#noteClock(now.wallMs - exactly) };
  }

  #noteClock(aheadMs: number): string | null {
    const setMs = aheadMs - this.#toldAheadMs;
    if (Math.abs(setMs) <= LEAST_JUMP_MS) return null;
    this.#toldAheadMs = aheadMs;
    const where = setMs > 0 ? 'forward' : 'back';
    return `the clock was set ${where} by ${formatSeconds(Math.abs(setMs))}; timestamps continue without going back`;
  }

  #whyGap({ ranMs, sleptMs }: { ranMs: number; sleptMs: number }): string | null {
    if (sleptMs > LEAST_JUMP_MS) return `the machine was suspended for ${formatSeconds(sleptMs)}`;
    if (ranMs > 2 * this.#intervalMs + LEAST_JUMP_MS)
      return `no look for ${formatSeconds(ranMs)}: the watch itself was stopped`;
    return null;
  }
}

function measurePassed(from: Clocks, to: Clocks): number {
  const ranMs = to.monotonicMs - from.monotonicMs;
  return from.bootMs === null || to.bootMs === null ? ranMs : Math.max(ranMs, to.bootMs - from.bootMs);
}

function formatSeconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}
