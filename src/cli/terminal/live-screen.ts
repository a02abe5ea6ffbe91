import { splitKeys } from './keys.ts';
import { toTerminalText } from './locale.ts';

const ENTER = '\u001b[?1049h\u001b[?25l';
const LEAVE = '\u001b[?25h\u001b[?1049l';
const HOME = '\u001b[H';
const REST_OF_LINE = '\u001b[K';
const REST_OF_SCREEN = '\u001b[J';
const CTRL_C = '\u0003';

interface Keys {
  /** A key, as the terminal sends it. */
  readonly onKey: (key: string) => void;
  /** Ctrl-C, or the terminal hung up. */
  readonly onQuit: () => void;
}

type Render = (size: { readonly columns: number; readonly rows: number }) => readonly string[];

/**
 * The alternate screen of a terminal, as long as it is watched. What was there before is there again afterwards, also when we are ended by
 * a signal or by a bug.
 *
 * @see console_codes(4)
 */
export class LiveScreen {
  readonly #out = process.stdout;
  readonly #in = process.stdin;
  readonly #restore = (): void => {
    this.#out.write(LEAVE);
    if (!this.#in.isTTY) return;
    try {
      this.#in.setRawMode(false);
    } catch {
      // EIO: the terminal hung up, and there is nothing to give back.
    }
  };
  readonly #onKey: (key: string) => void;
  readonly #onHangUp: () => void;
  readonly #onResize = (): void => this.#draw();
  #render: Render = () => [];

  constructor({ onKey, onQuit }: Keys) {
    this.#onKey = (text) => {
      for (const key of splitKeys(text)) (key === CTRL_C ? onQuit : onKey)(key);
    };
    this.#onHangUp = onQuit;
    this.#out.write(ENTER);
    this.#out.on('resize', this.#onResize);
    process.once('exit', this.#restore);
    if (!this.#in.isTTY) return;
    this.#in.setRawMode(true);
    this.#in.setEncoding('utf8').on('data', this.#onKey).on('error', this.#onHangUp).resume();
  }

  /** Shows what `render` makes of the size of the terminal, now and whenever that changes. */
  show(render: Render): void {
    this.#render = render;
    this.#draw();
  }

  /** What is left of a line is erased before it is written: at its last column, to erase would take what stands there. */
  #draw(): void {
    const size = { columns: this.#out.columns || 80, rows: this.#out.rows || 24 };
    const lines = this.#render(size).map((line) => toTerminalText(line));
    const upToLast = lines.slice(0, -1).map((line) => `${REST_OF_LINE}${line}\n`);
    this.#out.write(`${HOME}${upToLast.join('')}${REST_OF_SCREEN}${lines.at(-1) ?? ''}`);
  }

  leave(): void {
    process.off('exit', this.#restore);
    this.#restore();
    this.#out.off('resize', this.#onResize);
    this.#in.off('data', this.#onKey).pause();
  }
}
