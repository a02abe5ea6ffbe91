import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { HANG_MS } from './hang.ts';

const PROMPT = 'prompt> ';

/** A terminal of its own, with a shell in it: a server of tmux that nobody else knows. Ends with the test. */
export class Terminal {
  readonly #folder = mkdtempSync(join(tmpdir(), 'fdleak-tmux-'));
  readonly #written = join(this.#folder, 'written');

  #server = 0;

  constructor(columns: number, rows: number) {
    onTestFinished(() => {
      this.#tmux('kill-server');
      killIfLeft(this.#server);
      rmSync(this.#folder, { recursive: true, force: true });
    });
    writeFileSync(this.#written, '');
    const size = ['-x', `${columns}`, '-y', `${rows}`];
    this.#tmux('-f', '/dev/null', 'new-session', '-d', ...size, `env PS1='${PROMPT}' ENV= sh`);
    this.#server = Number(this.#tmux('display-message', '-p', '#{pid}'));
    this.#tmux('pipe-pane', `cat >> ${this.#written}`);
  }

  /** Types a command line once the shell waits for one. */
  async run(words: readonly string[]): Promise<void> {
    await this.#prompted();
    this.#tmux('send-keys', '-l', words.map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`).join(' '));
    this.press('Enter');
  }

  /** Types as it stands, once a shell waits, and presses a key. */
  async type(text: string, key = 'Enter'): Promise<void> {
    await this.#prompted();
    this.#tmux('send-keys', '-l', text);
    this.press(key);
  }

  /** A key by its name in tmux: `q`, `C-c`. */
  press(key: string): void {
    this.#tmux('send-keys', key);
  }

  /** What is to be seen, line by line, without the empty ones at the end. */
  get lines(): string[] {
    return this.#tmux('capture-pane', '-p').trimEnd().split('\n');
  }

  get text(): string {
    return this.lines.join('\n');
  }

  /** Every byte that was written to it, one character each. */
  get written(): string {
    return readFileSync(this.#written, 'latin1');
  }

  get isAlternate(): boolean {
    return this.#tmux('display-message', '-p', '#{alternate_on}').trim() === '1';
  }

  get isCursorShown(): boolean {
    return this.#tmux('display-message', '-p', '#{cursor_flag}').trim() === '1';
  }

  /** The pid of what the shell runs. */
  get runs(): number {
    const shell = this.#tmux('display-message', '-p', '#{pane_pid}').trim();
    return Number(readFileSync(`/proc/${shell}/task/${shell}/children`, 'utf8'));
  }

  /** The terminal goes away under what runs in it, as with a dropped ssh. */
  hangUp(): void {
    this.#tmux('kill-server');
  }

  resize(columns: number, rows: number): void {
    this.#tmux('resize-window', '-x', `${columns}`, '-y', `${rows}`);
  }

  /** Resolves when `isTrue` of what is to be seen; throws with that after `ms`. */
  async until(isTrue: (terminal: this) => boolean, ms = HANG_MS): Promise<void> {
    for (const end = Date.now() + ms; !isTrue(this); await wait(50)) {
      if (Date.now() > end) throw new Error(`waited in vain; on the terminal:\n${this.text}`);
    }
  }

  /** The output of a command line, run once the shell waits for one. */
  async ask(line: string): Promise<string> {
    await this.#prompted();
    const file = join(this.#folder, 'answer');
    rmSync(file, { force: true });
    this.#tmux('send-keys', '-l', `{ ${line}; } > ${file}.part 2>&1; mv ${file}.part ${file}`);
    this.press('Enter');
    for (const end = Date.now() + HANG_MS; Date.now() < end;) {
      await wait(25);
      try {
        return readFileSync(file, 'utf8').trim();
      } catch {
        // Not yet.
      }
    }
    throw new Error(`no answer to ${line}; on the terminal:\n${this.text}`);
  }

  /** What is typed before is shown in the middle of what runs. */
  async #prompted(): Promise<void> {
    await this.until(({ lines }) => lines.at(-1) === PROMPT.trimEnd());
  }

  #tmux(...args: readonly string[]): string {
    const { status, stdout, stderr } = spawnSync('tmux', ['-u', '-S', join(this.#folder, 'socket'), ...args], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], LANG: 'C.UTF-8', TERM: 'xterm-256color' },
    });
    if (status !== 0 && args[0] !== 'kill-server') throw new Error(`tmux ${args.join(' ')}: ${stderr}`);
    return stdout;
  }
}

/** A server whose pane was killed amid its output has been seen to stay. */
function killIfLeft(pid: number): void {
  try {
    if (pid > 0) process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
