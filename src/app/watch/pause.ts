/** A pause that a signal or a key can end. */
export class Pause {
  #wake: () => void = () => undefined;

  constructor(interrupted: AbortSignal) {
    interrupted.addEventListener('abort', () => this.wake(), { once: true });
  }

  async wait(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = () => undefined;
  }

  wake(): void {
    this.#wake();
  }
}
