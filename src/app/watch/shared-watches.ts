import { WatchedTables } from '../../collect/watched-tables.ts';
import type { Clock } from '../world.ts';
import { Turns } from '../turns.ts';
import { CommonPace, type LooksPace } from './looks-pace.ts';
import { Reserve } from './reserve.ts';
import { SmallHeap } from './small-heap.ts';
import { SparingSs } from './sparing-ss.ts';
import { WatchWalk } from './watch-walk.ts';

/** Looks of one round follow one another: tables that were read in it are those of all. */
const ROUND_MS = 1000;

/**
 * What several watches of one process share: one looks at a time, so that each is measured by what it costs itself, and all together may
 * cost what one may.
 */
export class SharedWatches {
  readonly isOfMany: boolean;
  readonly heap: SmallHeap;
  readonly network: WatchedTables;
  /** The pace of all looks; null where one process is watched, which has its own. */
  readonly pace: LooksPace | null;
  readonly ss = new SparingSs();
  readonly walk = new WatchWalk();
  readonly reserve = new Reserve();
  readonly #turns = new Turns();
  #watches = 0;

  constructor(clock: Pick<Clock, 'monotonicMs'>, { isOfMany = false, intervalMs = 0 } = {}) {
    this.isOfMany = isOfMany;
    this.heap = new SmallHeap(clock.monotonicMs(), { isOfMany });
    const mostAgeMs = isOfMany ? Math.min(ROUND_MS, intervalMs / 2) : 0;
    this.pace = isOfMany ? new CommonPace(intervalMs, () => this.watches) : null;
    this.network = new WatchedTables(() => clock.monotonicMs(), mostAgeMs);
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
      if (this.#watches === 0) await this.walk.dispose();
    }
  }

  /** Runs a look once those that asked before are done. */
  async look<Value>(act: () => Promise<Value>): Promise<Value> {
    return await this.#turns.run(act);
  }
}
