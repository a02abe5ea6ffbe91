import type { Gap } from '../model/sample.ts';

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
 * The time of a watch. A machine that slept, ticks that were missed and a clock that was set forward leave a gap; after a clock was
 * set back, the time goes on as if it had not been, until the clock has caught up.
 */
export class Timeline {
  readonly #intervalMs: number;
  #last: Clocks;
  #at: number;
  /** How far our time is ahead of the wall clock. */
  #aheadMs: number;

  /** `lastAt` is the last moment of the watch before this one: time does not go back behind it. */
  constructor(first: Clocks, intervalMs: number, lastAt: number | null) {
    this.#intervalMs = intervalMs;
    this.#last = first;
    this.#aheadMs = Math.max(0, (lastAt ?? 0) + 1 - first.wallMs);
    this.#at = first.wallMs + this.#aheadMs;
  }

  get at(): number {
    return this.#at;
  }

  advance(now: Clocks): Moment {
    const ranMs = now.monotonicMs - this.#last.monotonicMs;
    const bootRanMs =
      now.bootMs === null || this.#last.bootMs === null ? ranMs : Math.max(ranMs, now.bootMs - this.#last.bootMs);
    const sleptMs = bootRanMs - ranMs;
    const setMs = now.wallMs - this.#last.wallMs - bootRanMs;
    const from = this.#at;
    let note: string | null = null;
    if (setMs < -LEAST_JUMP_MS) {
      this.#aheadMs -= setMs;
      note = `the clock was set back by ${formatSeconds(-setMs)}; times go on from where they were`;
    } else if (setMs > LEAST_JUMP_MS) {
      this.#aheadMs = Math.max(0, this.#aheadMs - setMs);
    }
    this.#last = now;
    this.#at = Math.max(from + 1, Math.round(now.wallMs + this.#aheadMs));
    const because = this.#whyGap({ ranMs, sleptMs, setMs });
    return { at: this.#at, gap: because === null ? null : { from, until: this.#at, because }, note };
  }

  #whyGap({ ranMs, sleptMs, setMs }: { ranMs: number; sleptMs: number; setMs: number }): string | null {
    if (sleptMs > LEAST_JUMP_MS) return `the machine was suspended for ${formatSeconds(sleptMs)}`;
    if (setMs > LEAST_JUMP_MS) return `the clock was set forward by ${formatSeconds(setMs)}`;
    if (ranMs > 2 * this.#intervalMs + LEAST_JUMP_MS)
      return `no look for ${formatSeconds(ranMs)}: the watch itself stood still`;
    return null;
  }
}

function formatSeconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}
