import type { Trend } from '../../core/model/trend.ts';
import type { RecentHistory } from './recent-history.ts';

/** Measuring may take one part in so many of the time. */
const SHARE = 4000;

/** Measures the trends again as often as that stays cheap. */
export class TrendClock {
  readonly #recent: RecentHistory;
  readonly #cpuMs: () => number;
  #nextAt = 0;
  trends: readonly Trend[] = [];

  constructor(recent: RecentHistory, cpuMs: () => number) {
    this.#recent = recent;
    this.#cpuMs = cpuMs;
  }

  measureIfDue(at: number): void {
    if (at >= this.#nextAt) this.measure(at);
  }

  measure(at: number): void {
    const startedAt = this.#cpuMs();
    this.trends = this.#recent.measure();
    this.#nextAt = at + (this.#cpuMs() - startedAt) * SHARE;
  }
}
