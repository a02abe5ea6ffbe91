/** When a look takes longer than this, it says what it is waiting for. */
const PATIENCE_MS = 500;

/** One line on stderr that replaces itself, on a terminal that can only. */
export class Progress {
  readonly #stream: NodeJS.WriteStream;
  readonly #canReplace: boolean;
  #what = '';
  #isShown = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(stream: NodeJS.WriteStream, isDumb: boolean) {
    this.#stream = stream;
    this.#canReplace = stream.isTTY && !isDumb;
  }

  say(what: string): void {
    if (!this.#canReplace) return;
    this.#what = what;
    if (this.#isShown) this.#draw();
    else this.#timer ??= setTimeout(() => this.#draw(), PATIENCE_MS).unref();
  }

  /** The same for what may take long and is not seen otherwise: elsewhere it is a line of its own. */
  announce(what: string): void {
    if (this.#canReplace) this.say(what);
    else this.#stream.write(`fdleak: ${what}\n`);
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#isShown) this.#stream.write('\r\x1b[K');
    this.#isShown = false;
  }

  #draw(): void {
    this.#isShown = true;
    this.#stream.write(`\r\x1b[K${this.#what.slice(0, Math.max(10, (this.#stream.columns ?? 80) - 1))}`);
  }
}
