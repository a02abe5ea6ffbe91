import type { Trend } from '../../core/model/trend.ts';
import type { RecentHistory } from './recent-history.ts';

/** Measuring may take one part in so many of the time, but comes once in five minutes. */
const SHARE = 10_000;
const MOST_PAUSE_MS = 300_000;

/** Measures the trends again as often as that stays cheap. */
export class TrendClock {
  readonly #recent: RecentHistory;
  readonly #cpuMs: () => number;
  #nextAt = 0;
  #firstAt: number | null = null;
  trends: readonly Trend[] = [];

  constructor(recent: RecentHistory, cpuMs: () => number) {
    this.#recent = recent;
    this.#cpuMs = cpuMs;
  }

  /** Whether they were measured. */
  measureIfDue(at: number): boolean {
    if (at < this.#nextAt) return false;
    this.measure(at);
    return true;
  }

  measure(at: number): void {
    const startedAt = this.#cpuMs();
    this.trends = this.#recent.measure();
    this.#firstAt ??= at;
    const costMs = this.#cpuMs() - startedAt;
    // In the first minutes each measurement sees half as much again as the one before.
    this.#nextAt = at + Math.min(costMs * SHARE, MOST_PAUSE_MS, (at - this.#firstAt) / 2);
  }
}
