import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { onTestFinished as onThisFinished, type TestContext } from 'vitest';
import type { Trend } from '../../src/core/model/trend.ts';
import type { JudgedPlace } from '../../src/core/model/turnover.ts';
import type { Conclusion } from '../../src/core/model/watch.ts';
import { fdleak, RUN } from './fdleak.ts';
import { HANG_MS } from './hang.ts';

const SCRIPTS = fileURLToPath(new URL('./processes/', import.meta.url));

/** A line of ndjson: what a test may ask of a tick, an event or an alert. */
export interface Told {
  readonly schema: string;
  readonly at: string;
  readonly because: string;
  readonly is: string;
  readonly id: string;
  readonly rule: string;
  readonly severity: string;
  readonly pid: number;
  readonly open: number;
  readonly soft: number;
  readonly opened: number | null;
  readonly full: boolean;
  readonly byVerdict: Readonly<Record<string, number>>;
  readonly growing: readonly string[];
  readonly oldOrphans: number | null;
  readonly history: { readonly waiting: number; readonly dropped: number; readonly trouble: string | null };
}

/** What a test asks of `fdleak.report/1`. */
export interface ReportDocument {
  readonly history: { readonly writer: number | null };
  readonly samples: number;
  readonly conclusion: Conclusion;
  readonly trends: readonly Trend[];
  readonly places: readonly JudgedPlace[];
  readonly segments: readonly { readonly because: string; readonly pid: number }[];
  readonly events: readonly { readonly kind: string; readonly because: string }[];
  readonly alerts: readonly { readonly id: string; readonly rule: string; readonly severity: string }[];
  readonly suspects: readonly ReportedLife[];
}

export interface ReportedLife {
  readonly id: number;
  readonly firstSeen: string;
  readonly lastSeen: string | null;
  readonly lastPeer: { readonly port: number } | null;
  readonly verdicts: readonly { readonly at: string; readonly verdict: string }[];
}

/** Processes and folders of one test, all gone when it has ended. */
export class Stage {
  readonly #children = new Set<ChildProcess>();
  readonly folder = mkdtempSync(join(tmpdir(), 'fdleak-watch-'));

  /** Runs `command` and resolves with what its line `ready {json}` says. */
  async start(
    command: readonly string[],
  ): Promise<{ child: ChildProcess; ready: Record<string, number>; pid: number }> {
    const child = this.#spawn(command, 'ignore');
    const lines = createInterface({ input: child.stdout ?? process.stdin });
    const late = wait(HANG_MS, null, { ref: false }).then(() => {
      throw new Error(`${command.join(' ')} was not ready`);
    });
    for (;;) {
      const [line]: string[] = await Promise.race([once(lines, 'line'), late]);
      const [, json] = /^ready (\{.*\})$/.exec(line ?? '') ?? [];
      if (json === undefined) continue;
      child.stdout?.resume();
      return { child, ready: JSON.parse(json), pid: child.pid ?? 0 };
    }
  }

  async script(
    name: string,
    ...args: readonly (string | number)[]
  ): Promise<{ child: ChildProcess; pid: number; ready: Record<string, number> }> {
    return await this.start([process.execPath, `${SCRIPTS}${name}`, ...args.map(String)]);
  }

  async fdleak(
    ...args: readonly string[]
  ): Promise<{ child: ChildProcess; pid: number; ready: Record<string, number> }> {
    return await this.start([...RUN, ...args]);
  }

  /** `fdleak watch --format ndjson …`; `before` stands in front of the command. */
  watch(args: readonly string[], before: readonly string[] = []): Watching {
    const history = args.includes('--history') || args.includes('--no-history') ? [] : ['--history', this.history];
    return new Watching(this.#spawn([...before, ...RUN, 'watch', '--format', 'ndjson', ...args, ...history], 'pipe'));
  }

  /** Programs of these texts for a shell; what comes back, put before a command, has them first in PATH. */
  tools(texts: Readonly<Record<string, string>>): string[] {
    return ['env', `PATH=${this.pathOf(texts)}`];
  }

  /** The same as a value of PATH. */
  pathOf(texts: Readonly<Record<string, string>>): string {
    const folder = mkdtempSync(join(this.folder, 'bin-'));
    for (const [name, text] of Object.entries(texts)) {
      writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    }
    return `${folder}:${process.env['PATH']}`;
  }

  /** A folder of root below one that anybody may enter. */
  folderOfRoot(mode: number): string {
    chmodSync(this.folder, 0o755);
    const folder = join(this.folder, 'of-root');
    mkdirSync(folder, { mode });
    return folder;
  }

  get history(): string {
    return join(this.folder, 'h.db');
  }

  /** The document of `fdleak report --json`. */
  async report(...args: readonly string[]): Promise<{ exitCode: number | undefined; report: ReportDocument }> {
    const { exitCode, stdout, stderr } = await fdleak(['report', this.history, '--json', ...args]);
    if (stdout === '') throw new Error(`no report: ${stderr}`);
    return { exitCode, report: JSON.parse(stdout) };
  }

  async end(): Promise<void> {
    const left = [...this.#children].filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
    const ends = left.map((child) => once(child, 'exit'));
    for (const child of left) child.kill('SIGKILL');
    await Promise.all(ends);
    rmSync(this.folder, { recursive: true, force: true });
  }

  #spawn([file = '', ...args]: readonly string[], stderr: 'ignore' | 'pipe'): ChildProcess {
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', stderr] });
    this.#children.add(child);
    return child;
  }
}

/** A stage that ends with its test. One of several that run at once hands in its own `onTestFinished`. */
export function toStage(
  { onTestFinished }: Pick<TestContext, 'onTestFinished'> = { onTestFinished: onThisFinished },
): Stage {
  const stage = new Stage();
  onTestFinished(() => stage.end());
  return stage;
}

/** A watch that runs, and the lines it has printed. */
export class Watching {
  readonly child: ChildProcess;
  readonly lines: Told[] = [];
  stdout = '';
  stderr = '';
  readonly ended: Promise<number | null>;

  constructor(child: ChildProcess) {
    this.child = child;
    this.ended = once(child, 'close').then(([status]: (number | null)[]) => status ?? null);
    createInterface({ input: child.stdout ?? process.stdin }).on('line', (line) => {
      this.stdout += `${line}\n`;
      if (line.startsWith('{')) this.lines.push(JSON.parse(line));
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
  }

  get ticks(): Told[] {
    return this.lines.filter(({ schema }) => schema === 'fdleak.tick/1');
  }

  get last(): Told {
    return this.ticks.at(-1)!;
  }

  /** The verdicts of the latest full look. */
  get byVerdict(): Told['byVerdict'] {
    return this.ticks.findLast(({ full }) => full)?.byVerdict ?? {};
  }

  get events(): Told[] {
    return this.lines.filter(({ schema }) => schema === 'fdleak.event/1');
  }

  get alerts(): Told[] {
    return this.lines.filter(({ schema }) => schema === 'fdleak.alert/1');
  }

  /** Resolves when `isTrue`; throws with what was printed after `ms`. */
  async until(isTrue: () => boolean, ms = HANG_MS): Promise<void> {
    for (const end = Date.now() + ms; !isTrue(); await wait(5)) {
      if (Date.now() > end)
        throw new Error(`waited in vain; stderr: ${this.stderr}; last: ${JSON.stringify(this.lines.at(-1))}`);
    }
  }

  async stop(): Promise<number | null> {
    this.child.kill('SIGTERM');
    return await this.ended;
  }
}
