import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const READY_MS = 10_000;

/** One process of a demonstration: started by us, ended by us. */
export interface Party {
  readonly pid: number;
  /** What its line `ready {json}` said. */
  readonly ready: Readonly<Record<string, unknown>>;
  /** Resolves with the exit status, null when a signal ended it. */
  readonly ended: Promise<number | null>;
  signal(name: 'SIGSTOP' | 'SIGCONT' | 'SIGTERM' | 'SIGKILL' | 'SIGUSR2'): void;
}

/** Starts processes that print `ready {json}`, and ends every one of them, frozen or not. */
export class Parties {
  readonly #command: readonly string[];
  readonly #children = new Set<ChildProcess>();

  /** `command` is how this program itself is run: `['/usr/bin/node', '…/bin/fdleak.js']`. */
  constructor(command: readonly string[]) {
    this.#command = command;
  }

  /** Resolves when it is ready; rejects with its last words when it ends before, or is not within ten seconds. */
  async start(args: readonly string[]): Promise<Party> {
    const [command = '', ...first] = this.#command;
    const child = spawn(command, [...first, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#children.add(child);
    const ended = once(child, 'exit').then(([status]: (number | null)[]) => {
      this.#children.delete(child);
      return status ?? null;
    });
    let lastWords = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      lastWords = (lastWords + text).slice(-500);
    });
    const what = `fdleak ${args.join(' ')}`;
    const ready = await Promise.race([
      readReadyLine(child),
      ended.then((status) => {
        throw new Error(`${what} ended with ${status} before it was ready: ${lastWords}`);
      }),
      new Promise<never>((_, reject) => {
        setTimeout(
          () => reject(new Error(`${what} was not ready after ${READY_MS} ms: ${lastWords}`)),
          READY_MS,
        ).unref();
      }),
    ]);
    const { pid } = child;
    if (pid === undefined) throw new Error(`${what} has no pid`);
    return { pid, ready, ended, signal: (name) => void child.kill(name) };
  }

  /** Ends what still runs; a frozen process dies of SIGKILL alone. */
  async endAll(): Promise<void> {
    const left = [...this.#children];
    const ends = left.map((child) => once(child, 'exit'));
    for (const child of left) child.kill('SIGKILL');
    await Promise.all(ends);
  }
}

async function readReadyLine(child: ChildProcess): Promise<Readonly<Record<string, unknown>>> {
  if (child.stdout === null) throw new Error('no stdout to read');
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) {
    const [, json] = /^ready (\{.*\})$/.exec(line) ?? [];
    if (json === undefined) continue;
    child.stdout.resume();
    return JSON.parse(json);
  }
  return new Promise(() => undefined);
}
