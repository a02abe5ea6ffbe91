import { pauseAtLeast } from '../../collect/pause.ts';

/** A pause that a signal or a key can end. */
export class Pause {
  #woken = new AbortController();

  constructor(interrupted: AbortSignal) {
    interrupted.addEventListener('abort', () => this.wake(), { once: true });
  }

  async wait(ms: number): Promise<void> {
    this.#woken = new AbortController();
    await pauseAtLeast(ms, this.#woken.signal);
  }

  wake(): void {
    this.#woken.abort();
  }
}
