const ENTER = '\u001b[?1049h\u001b[?25l';
const LEAVE = '\u001b[?25h\u001b[?1049l';
const HOME = '\u001b[H';
const REST_OF_LINE = '\u001b[K';
const REST_OF_SCREEN = '\u001b[J';
const CTRL_C = '\u0003';

interface Keys {
  readonly onQuit: () => void;
  readonly onLook: () => void;
}

/**
 * The alternate screen of a terminal, as long as a watch runs. What was there before is there again afterwards, also when we are ended by
 * a signal or by a bug.
 *
 * @see console_codes(4)
 */
export class LiveScreen {
  readonly #out = process.stdout;
  readonly #in = process.stdin;
  readonly #restore = (): void => {
    this.#out.write(LEAVE);
    if (this.#in.isTTY) this.#in.setRawMode(false);
  };
  readonly #onKey: (key: string) => void;

  constructor({ onQuit, onLook }: Keys) {
    this.#onKey = (key) => {
      if (key === 'q' || key === CTRL_C) onQuit();
      if (key === 's') onLook();
    };
    this.#out.write(ENTER);
    process.once('exit', this.#restore);
    if (!this.#in.isTTY) return;
    this.#in.setRawMode(true);
    this.#in.setEncoding('utf8').on('data', this.#onKey);
  }

  get size(): { readonly columns: number; readonly rows: number } {
    return { columns: this.#out.columns || 80, rows: this.#out.rows || 24 };
  }

  draw(lines: readonly string[]): void {
    this.#out.write(`${HOME}${lines.map((line) => `${line}${REST_OF_LINE}`).join('\n')}${REST_OF_SCREEN}`);
  }

  leave(): void {
    process.off('exit', this.#restore);
    this.#restore();
    this.#in.off('data', this.#onKey).pause();
  }
}
