import { Turns } from '../turns.ts';
import { SmallHeap } from './small-heap.ts';

/**
 * What several watches of one process share: one looks at a time, so that each is measured by what it costs itself, and all together may
 * cost what one may.
 */
export class SharedWatches {
  readonly heap: SmallHeap;
  readonly #turns = new Turns();
  #watches = 0;

  constructor(nowMs: number, { isOfMany = false } = {}) {
    this.heap = new SmallHeap(nowMs, { isOfMany });
  }

  /** How many watches there are; at least the one that asks. */
  get watches(): number {
    return Math.max(1, this.#watches);
  }

  /** Counts a watch as long as `run` goes on. */
  async join<Value>(run: () => Promise<Value>): Promise<Value> {
    this.#watches += 1;
    try {
      return await run();
    } finally {
      this.#watches -= 1;
    }
  }

  /** Runs a look once those that asked before are done. */
  async look<Value>(act: () => Promise<Value>): Promise<Value> {
    return await this.#turns.run(act);
  }
}
