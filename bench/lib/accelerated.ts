import { ProcFs } from '../../src/collect/proc-fs.ts';
import type { Reading } from '../../src/core/model/reading.ts';
import type { World } from '../../src/app/world.ts';
import { toWorld } from '../../src/machine.ts';

/** A clock that stands still but for pauses: once all that watch pause, it is as late as the first of them wants, at once. */
export class Accelerated {
  readonly #parties: number;
  #waiting: { readonly atMs: number; readonly wake: () => void }[] = [];
  #advances = 0;
  nowMs = Date.UTC(2026, 9, 1);

  constructor(parties: number) {
    this.#parties = parties;
  }

  async pause(ms: number): Promise<void> {
    await new Promise<void>((wake) => {
      this.#waiting.push({ atMs: this.nowMs + ms, wake });
      if (this.#waiting.length === this.#parties) this.#advance();
    });
    // What is not awaited has its turn as well.
    if (this.#advances % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
  }

  /** This machine, in which as much time has passed. */
  toWorld(): World {
    const world = toWorld([]);
    return {
      ...world,
      isHidden: (pid) => world.isHidden(pid),
      proc: new AcceleratedProc(this),
      clock: { nowMs: () => this.nowMs, monotonicMs: () => this.nowMs, sleep: async () => undefined },
    };
  }

  #advance(): void {
    this.#advances += 1;
    this.nowMs = Math.min(...this.#waiting.map(({ atMs }) => atMs));
    const due = this.#waiting.filter(({ atMs }) => atMs <= this.nowMs);
    this.#waiting = this.#waiting.filter(({ atMs }) => atMs > this.nowMs);
    for (const { wake } of due) wake();
  }
}

class AcceleratedProc extends ProcFs {
  readonly #clock: Accelerated;

  constructor(clock: Accelerated) {
    super();
    this.#clock = clock;
  }

  override text(path: string, most?: number): Reading<string> {
    if (path === 'uptime') return { kind: 'read', value: `${(this.#clock.nowMs / 1000).toFixed(2)} 0.00` };
    return super.text(path, most);
  }
}
