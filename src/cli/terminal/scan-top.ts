import { once } from 'node:events';
import { execa } from 'execa';
import type { ScanOutcome } from '../../app/scan/scan.ts';
import { pauseAtLeast } from '../../collect/pause.ts';
import type { Scan } from '../../core/model/scan.ts';
import { chooseTopRows, FIRST_TOP_VIEW, pressKey } from '../../core/scan/top-view.ts';
import { countTopRows, renderTop } from '../../report/scan/top.ts';
import type { Paint } from '../../report/text/style.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { LiveScreen } from './live-screen.ts';

/** From the end of one scan to the beginning of the next. */
const PAUSE_MS = 2000;

interface TopRequest {
  readonly context: Context;
  readonly paint: Paint;
  readonly next: () => Promise<ScanOutcome>;
}

/** `fdleak scan --top`: the host on the whole screen, scanned again and again until `q`. */
export async function runTop({ context, paint, next }: TopRequest): Promise<ExitCode> {
  const interrupted = context.interrupted();
  const top = new Top(paint);
  const end = (): void => top.quit();
  interrupted.addEventListener('abort', end);
  try {
    while (!top.isOver) {
      const outcome = await next();
      if (outcome.kind === 'failed') {
        top.leave();
        context.fail(outcome.because);
        return EXIT.cannotTell;
      }
      await top.show(outcome.scan);
      const pid = top.takeWanted();
      if (pid !== null && !top.isOver) await top.aside(() => inspect(context, pid, interrupted));
    }
  } finally {
    interrupted.removeEventListener('abort', end);
    top.leave();
  }
  return EXIT.clean;
}

class Top {
  readonly #paint: Paint;
  #view = FIRST_TOP_VIEW;
  #scan: Scan | null = null;
  #wanted: number | null = null;
  #woken = new AbortController();
  #screen: LiveScreen | null;
  isOver = false;

  constructor(paint: Paint) {
    this.#paint = paint;
    this.#screen = this.#enter();
  }

  /** Draws the scan, and resolves when it is time for the next, or a key asks for something. */
  async show(scan: Scan): Promise<void> {
    this.#scan = scan;
    this.#draw();
    if (this.#wanted === null && !this.isOver) await pauseAtLeast(PAUSE_MS, this.#woken.signal);
    this.#woken = new AbortController();
  }

  /** The process that Enter was pressed on. */
  takeWanted(): number | null {
    const pid = this.#wanted;
    this.#wanted = null;
    return pid;
  }

  quit(): void {
    this.isOver = true;
    this.#woken.abort();
  }

  /** Gives the terminal away while `work` runs. */
  async aside(work: () => Promise<void>): Promise<void> {
    this.leave();
    await work();
    this.#screen = this.#enter();
  }

  leave(): void {
    this.#screen?.leave();
    this.#screen = null;
  }

  #enter(): LiveScreen {
    return new LiveScreen({ onKey: (key) => this.#press(key), onQuit: () => this.quit() });
  }

  #press(key: string): void {
    const rows = chooseTopRows(this.#scan?.processes ?? [], this.#view);
    const step = pressKey(this.#view, key, rows, countTopRows(process.stdout.rows || 24));
    switch (step.kind) {
      case 'view':
        this.#view = step.view;
        this.#draw();
        return;
      case 'inspect':
        this.#wanted = step.pid;
        this.#woken.abort();
        return;
      case 'quit':
        this.quit();
    }
  }

  #draw(): void {
    const scan = this.#scan;
    if (scan !== null) this.#screen?.show((size) => renderTop(scan, this.#view, { paint: this.#paint, ...size }));
  }
}

/** The answer stays in the scroll-back of the terminal. */
async function inspect({ world, print }: Context, pid: number, interrupted: AbortSignal): Promise<void> {
  const [command = '', ...args] = world.self;
  await execa(command, [...args, 'inspect', `${pid}`], { stdio: 'inherit', reject: false });
  print('\nEnter goes back to the list.\n');
  const back = new AbortController();
  const { signal } = back;
  await Promise.race([
    once(process.stdin.resume(), 'data', { signal }),
    once(process.stdin, 'end', { signal }),
    interrupted.aborted ? null : once(interrupted, 'abort', { signal }),
  ]).catch(() => undefined);
  back.abort();
  process.stdin.pause();
}
