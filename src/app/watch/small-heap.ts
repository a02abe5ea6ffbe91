import { setFlagsFromString } from 'node:v8';
import { findCollector } from '../../collect/garbage-collector.ts';

const COLLECT_EVERY_MS = 300_000;

/**
 * Keeps the heap of V8 small: a watch allocates the same few megabytes at every tick for months. Its young generation would grow to
 * 32 MB, and on a busy machine, where the collector's threads come too late, the old one by as much (bench/watch.ts). A collection of all
 * takes about 10 ms.
 */
export class SmallHeap {
  readonly #collect = findCollector();
  readonly #everyMs: number;
  readonly #largeBytes: number;
  #nextAt: number;

  /** `largeBytes`: where the process is larger than that, all is collected after every tick. */
  constructor(nowMs: number, { everyMs = COLLECT_EVERY_MS, largeBytes = Infinity } = {}) {
    this.#largeBytes = largeBytes;
    this.#everyMs = everyMs;
    for (const flag of ['--semi-space-growth-factor=1', '--max-semi-space-size=4']) setFlagsFromString(flag);
    this.#nextAt = nowMs + everyMs;
  }

  /** To be called between ticks. */
  collectIfDue(nowMs: number): void {
    if (nowMs < this.#nextAt && process.memoryUsage.rss() < this.#largeBytes) return;
    this.#collect();
    this.#nextAt = nowMs + this.#everyMs;
  }
}
