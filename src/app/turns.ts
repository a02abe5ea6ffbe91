/** One at a time has the turn, in the order in which they asked for it. */
export class Turns {
  #isTaken = false;
  readonly #waiting: (() => void)[] = [];

  async take(): Promise<void> {
    if (this.#isTaken) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#isTaken = true;
  }

  /** Whoever waits has it from then on. */
  give(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#isTaken = false;
    else next();
  }

  /** Runs `act` once it has the turn, and gives it back, also where that failed. */
  async run<Value>(act: () => Promise<Value>): Promise<Value> {
    await this.take();
    try {
      return await act();
    } finally {
      this.give();
    }
  }
}
