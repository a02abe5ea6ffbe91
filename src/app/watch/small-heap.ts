import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { findCollector, keepsGarbage } from '../../collect/garbage-collector.ts';
import { SMALL_HEAP } from '../../collect/heap-flags.ts';

const COLLECT_EVERY_MS = 300_000;
/** In the single file. */
const COLLECT_OFTEN_MS = 10_000;
const MOST_GARBAGE_BYTES = 8 << 20;

/**
 * Keeps the heap of V8 small: a watch allocates the same few megabytes at every tick for months. Its young generation would grow to
 * 32 MB, and on a busy machine, where the collector's threads come too late, the old one by as much (bench/watch.ts). A collection of all
 * takes about 10 ms.
 */
export class SmallHeap {
  readonly #collect = findCollector();
  readonly #everyMs: number;
  readonly #largeBytes: number;
  readonly #mostGarbageBytes: number;
  #nextAt: number;
  #leastBytes = Infinity;

  /**
   * `largeBytes`: where the process is larger than that, all is collected after every tick. `isOfMany`: its young generation has room for
   * what one of many watches needs for a look, and the old one is collected once so much of it is garbage.
   */
  constructor(
    nowMs: number,
    { everyMs = keepsGarbage() ? COLLECT_OFTEN_MS : COLLECT_EVERY_MS, largeBytes = Infinity, isOfMany = false } = {},
  ) {
    this.#largeBytes = largeBytes;
    this.#everyMs = everyMs;
    this.#mostGarbageBytes = isOfMany ? MOST_GARBAGE_BYTES : Infinity;
    for (const flag of SMALL_HEAP) setFlagsFromString(flag);
    this.#nextAt = nowMs + everyMs;
  }

  /** To be called between ticks. */
  collectIfDue(nowMs: number): void {
    const bytes = getHeapStatistics().used_heap_size;
    this.#leastBytes = Math.min(this.#leastBytes, bytes);
    const isDue = nowMs >= this.#nextAt || bytes > this.#leastBytes + this.#mostGarbageBytes;
    // To ask for the size of the process takes a descriptor, which a watch may not have.
    if (!isDue && (this.#largeBytes === Infinity || process.memoryUsage.rss() < this.#largeBytes)) return;
    this.#collectCompactly();
    this.#leastBytes = getHeapStatistics().used_heap_size;
    this.#nextAt = nowMs + this.#everyMs;
  }

  /** What is left would lie scattered over a third more pages than it needs: V8 clears a page only where most of it is garbage, but for this flag. */
  #collectCompactly(): void {
    setFlagsFromString('--optimize-for-size');
    this.#collect();
    setFlagsFromString('--no-optimize-for-size');
  }
}
