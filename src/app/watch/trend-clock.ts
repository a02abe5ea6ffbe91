import type { Trend } from '../../core/model/trend.ts';
import type { RecentHistory } from './recent-history.ts';
import type { SharedWatches } from './shared-watches.ts';

/** Measuring may take one part in so many of the time, for all watches of this process, but comes once in five minutes. */
const SHARE = 10_000;
const MOST_PAUSE_MS = 300_000;
const MANY = 20;

/** Measures the trends again as often as that stays cheap. */
export class TrendClock {
  readonly #recent: RecentHistory;
  readonly #cpuMs: () => number;
  readonly #shared: Pick<SharedWatches, 'watches'>;
  #nextAt = 0;
  #firstAt: number | null = null;
  trends: readonly Trend[] = [];

  constructor(recent: RecentHistory, cpuMs: () => number, shared: Pick<SharedWatches, 'watches'>) {
    this.#recent = recent;
    this.#shared = shared;
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
    const { watches } = this.#shared;
    // In the first minutes each measurement sees half as much again as the one before; of many watches twice as much.
    const early = (at - this.#firstAt) / (watches > MANY ? 1 : 2);
    this.#nextAt = at + Math.min(costMs * SHARE * watches, MOST_PAUSE_MS, early);
  }
}
