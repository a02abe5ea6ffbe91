import { pauseAtLeast } from '../../collect/pause.ts';

/** A pause that a signal or a key can end. */
export class Pause {
  readonly #interrupted: AbortSignal;
  #woken = new AbortController();

  constructor(interrupted: AbortSignal) {
    this.#interrupted = interrupted;
    interrupted.addEventListener('abort', () => this.wake(), { once: true });
  }

  /** Ends at once where it was to be woken since the last one, or the signal has come: a look may have been under way then. */
  async wait(ms: number): Promise<void> {
    await pauseAtLeast(ms, this.#woken.signal);
    if (!this.#interrupted.aborted) this.#woken = new AbortController();
  }

  wake(): void {
    this.#woken.abort();
  }
}
