/** Reading one process. */
export const USUAL_MS = 10_000;
/** Signals wait for no longer than this while something is read. */
const REST_EVERY_MS = 250;

/** What {@link Deadline.rest} throws: a signal has come, and what was read is wanted by none. */
export class Interrupted extends Error {}

/**
 * How long reading a process may take: a stranger decides how much of it there is. Pauses that were asked for do not count. Reading
 * rests from time to time, so that a signal is heard, and one that interrupts ends it.
 */
export class Deadline {
  readonly withinMs: number;
  readonly #nowMs: () => number;
  readonly interrupted: AbortSignal | null;
  #endsAt: number;
  #restedAt: number;

  constructor(nowMs: () => number, withinMs: number, interrupted: AbortSignal | null = null) {
    this.withinMs = withinMs;
    this.#nowMs = nowMs;
    this.interrupted = interrupted;
    this.#restedAt = nowMs();
    this.#endsAt = this.#restedAt + withinMs;
  }

  /** One of so long, or as long as is left. */
  part(withinMs: number): Deadline {
    return new Deadline(this.#nowMs, Math.min(withinMs, this.leftMs()), this.interrupted);
  }

  isOver(): boolean {
    return this.leftMs() === 0;
  }

  /** The same for something long: rests where that is due. */
  async hasPassed(): Promise<boolean> {
    if (this.isTired()) await this.rest();
    return this.isOver();
  }

  /** Visits one after the other, and rests in between, until time is over. Returns how many it came to. */
  async each<Item>(items: readonly Item[], visit: (item: Item) => void): Promise<number> {
    // By number: to iterate what is thousands long takes several times as long in code that runs once.
    for (let at = 0; at < items.length; at++) {
      if (this.isTired()) await this.rest();
      if (this.isOver()) return at;
      const item = items[at];
      if (item !== undefined) visit(item);
    }
    return items.length;
  }

  leftMs(): number {
    if (this.interrupted?.aborted === true) return 0;
    return Math.max(0, this.#endsAt - this.#nowMs());
  }

  /** Waits on purpose: that takes none of the time. */
  async pause(sleep: Promise<void>): Promise<void> {
    const startedAt = this.#nowMs();
    await sleep;
    this.#restedAt = this.#nowMs();
    this.#endsAt += this.#restedAt - startedAt;
  }

  /** Whether none could come in for a while. */
  isTired(): boolean {
    return this.#nowMs() - this.#restedAt >= REST_EVERY_MS;
  }

  /** Lets signals come in, where none could for a while. Throws {@link Interrupted} where one has. */
  async rest(): Promise<void> {
    if (this.isTired()) {
      await new Promise((resolve) => setImmediate(resolve));
      this.#restedAt = this.#nowMs();
    }
    if (this.interrupted?.aborted === true) throw new Interrupted();
  }
}
