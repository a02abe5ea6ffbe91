import { closeSync, openSync } from 'node:fs';

/** A look opens one or two at a time, an autopsy two more. */
const KEPT = 6;

/**
 * Descriptors that a watch holds for nothing, so that it can let them go when it needs some: one that finds leaks must not end because
 * its own numbers ran short.
 */
export class Reserve {
  #held: number[] = [];
  #holders = 0;
  #looks = 0;
  #isLent = false;

  /** Holds them from now on, until as many have called {@link release}. */
  hold(): void {
    this.#holders += 1;
    this.#fill();
  }

  release(): void {
    this.#holders -= 1;
    if (this.#holders === 0) this.#letGo();
  }

  /** Runs `look` with the numbers of the reserve free. Looks that follow one another at once have them free until the last is over. */
  async lend<T>(look: () => Promise<T>): Promise<T> {
    this.#letGo();
    this.#looks += 1;
    try {
      return await look();
    } finally {
      this.#looks -= 1;
      if (!this.#isLent) setImmediate(() => this.#takeBack());
      this.#isLent = true;
    }
  }

  #takeBack(): void {
    this.#isLent = false;
    if (this.#holders > 0 && this.#looks === 0) this.#fill();
  }

  #letGo(): void {
    for (const fd of this.#held) closeSync(fd);
    this.#held = [];
  }

  /** Takes what there is; stops for nothing if none is left. */
  #fill(): void {
    try {
      while (this.#held.length < KEPT) this.#held.push(openSync('/', 'r'));
    } catch (error) {
      if (!isOutOfDescriptors(error)) throw error;
    }
  }
}

/** Whether the machine, or this process, has no descriptor left: EMFILE, ENFILE. */
export function isOutOfDescriptors(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EMFILE' || error.code === 'ENFILE');
}
