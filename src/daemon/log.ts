/** Takes one line of log, without a time and without a line feed. */
export type Log = (line: string) => void;

/** Writes lines to stderr: `2026-11-22T19:46:00.000Z ConnCmd of echo broke: the peer ended it`. */
export function logToStderr(line: string): void {
  process.stderr.write(`${new Date().toISOString()} ${line}\n`);
}

/**
 * Logs the first of many equal events at once and then one line per interval with their number.
 *
 * The original wrote a line for every failed accept: 68 MB/s on one full core, which hides the reason and fills the disk.
 */
export class CountedLog {
  readonly #log: Log;
  readonly #intervalMs: number;
  readonly #toLine: (count: number) => string;
  #count = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(log: Log, intervalMs: number, toLine: (count: number) => string) {
    this.#log = log;
    this.#intervalMs = intervalMs;
    this.#toLine = toLine;
  }

  add(count = 1): void {
    this.#count += count;
    if (this.#timer !== undefined) return;
    this.#flush();
    this.#timer = setInterval(() => this.#tick(), this.#intervalMs).unref();
  }

  close(): void {
    this.#flush();
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #tick(): void {
    if (this.#count === 0) this.close();
    else this.#flush();
  }

  #flush(): void {
    if (this.#count > 0) this.#log(this.#toLine(this.#count));
    this.#count = 0;
  }
}
