import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { get } from 'node:http';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { RUN } from '../fdleak.ts';
import { HANG_MS } from '../hang.ts';
import type { ProxyStatus } from '../../../src/daemon/proxy/status-server.ts';

/** The built command; `FDLEAK_PROGRAM` names another, to try one party without the rest of the product. */
const program = process.env['FDLEAK_PROGRAM'];
const command = program === undefined ? RUN : [process.execPath, program];

/** What the `ready` lines of the three parties say, whichever is there. */
export interface Ready {
  readonly pid: number;
  readonly controlPort: number;
  readonly statusPort: number;
  readonly srvPort: number;
  readonly reversePort: number;
}

/** A party of the reference proxy, running as a process of its own. */
export class Party {
  readonly child: ChildProcess;
  readonly ready: Ready;
  readonly #log: string[];
  readonly #lines: string[];

  constructor(child: ChildProcess, ready: Ready, { log, lines }: { log: string[]; lines: string[] }) {
    this.child = child;
    this.ready = ready;
    this.#log = log;
    this.#lines = lines;
  }

  /** The process itself, which is a child of `ip netns exec` in some tests and has its pid all the same. */
  get pid(): number {
    return this.ready.pid;
  }

  get log(): string {
    return this.#log.join('');
  }

  /** Lines of stdout so far. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  get descriptors(): number {
    return statSync(`/proc/${this.pid}/fd`).size;
  }

  get rssKb(): number {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.pid}/status`, 'latin1'))?.[1]);
  }

  signal(name: NodeJS.Signals): void {
    process.kill(this.pid, name);
  }

  /** Sends a signal and resolves with the exit status; null when the signal ended it. */
  async stop(name: NodeJS.Signals = 'SIGKILL'): Promise<number | null> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return this.child.exitCode;
    const gone = once(this.child, 'exit');
    this.child.kill(name);
    await gone;
    return this.child.exitCode;
  }
}

/** Starts `fdleak proxy …` and resolves with its `ready` line. `prefix` runs it under another command. */
export async function startParty(args: readonly string[], prefix: readonly string[] = []): Promise<Party> {
  const [file = '', ...rest] = [...prefix, ...command, 'proxy', ...args];
  const child = spawn(file, rest, { stdio: ['ignore', 'pipe', 'pipe'] });
  const log: string[] = [];
  const lines: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => log.push(text));
  const ready = new Promise<Ready>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line);
      if (line.startsWith('ready ')) resolve(JSON.parse(line.slice('ready '.length)));
    });
    setTimeout(() => reject(new Error(`not ready: ${log.join('')}`)), HANG_MS).unref();
    child.once('exit', () => reject(new Error(`ended before it was ready: ${log.join('')}`)));
  });
  return new Party(child, await ready, { log, lines });
}

export async function startService(proxy: Party, ...args: string[]): Promise<Party> {
  return startParty(['service', '--proxy', `127.0.0.1:${proxy.ready.controlPort}`, ...args]);
}

/** Asks the status port over a connection of its own. */
export async function readStatus(proxy: Party, withinMs = HANG_MS): Promise<ProxyStatus> {
  return new Promise((resolve, reject) => {
    const request = get(
      { host: '127.0.0.1', port: proxy.ready.statusPort, agent: false, timeout: withinMs },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => (text += part));
        response.on('end', () => resolve(JSON.parse(text)));
      },
    );
    request.on('error', reject).on('timeout', () => request.destroy(new Error('no status')));
  });
}

/** Tries until `isSo` holds; throws after `limitMs` with what it found last. */
export async function until<T>(read: () => T | Promise<T>, isSo: (found: T) => boolean, limitMs = HANG_MS): Promise<T> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const found = await read();
    if (isSo(found)) return found;
    if (Date.now() > deadline) throw new Error(`not within ${limitMs} ms; last found ${JSON.stringify(found)}`);
    await sleep(10);
  }
}

/** Waits until so many clients wait at the proxy for a service. */
export const untilWaiting = (proxy: Party, count: number): Promise<number> =>
  until(
    async () => (await readStatus(proxy)).waiting,
    (waiting) => waiting === count,
  );

/** Waits until the number of descriptors has not changed for 300 ms, so that no connection on its way out is counted. */
export async function settle(party: Party): Promise<number> {
  let sameSince = Date.now();
  let last = party.descriptors;
  return until(
    () => party.descriptors,
    (count) => {
      if (count !== last) sameSince = Date.now();
      last = count;
      return Date.now() - sameSince >= 300;
    },
  );
}

/** One client of the test, with what it saw. */
export class Client {
  readonly socket: Socket;
  readonly chunks: Buffer[] = [];
  hasEnded = false;
  error: string | undefined;
  isClosed = false;

  constructor(port: number, host = '127.0.0.1') {
    this.socket = connect({ port, host, allowHalfOpen: true, noDelay: true });
    this.socket.on('data', (chunk: Buffer) => this.chunks.push(chunk));
    this.socket.on('end', () => (this.hasEnded = true));
    this.socket.on('error', (error: NodeJS.ErrnoException) => (this.error = error.code));
    this.socket.on('close', () => (this.isClosed = true));
  }

  get text(): string {
    return Buffer.concat(this.chunks).toString();
  }
}

/** Connects `count` clients and resolves when all are. */
export async function connectClients(port: number, count: number, host?: string): Promise<Client[]> {
  const clients = Array.from({ length: count }, () => new Client(port, host));
  await Promise.all(clients.map(async ({ socket }) => once(socket, 'connect')));
  return clients;
}

/** Sends `text`, half-closes, and resolves with all that came back. */
export async function echo(port: number, text: string): Promise<string> {
  const client = new Client(port);
  client.socket.end(text);
  await until(() => client.isClosed, Boolean);
  return client.text;
}

/** Whether somebody listens there. */
export async function isListening(port: number): Promise<boolean> {
  const client = new Client(port);
  await until(() => client.isClosed || !client.socket.connecting, Boolean);
  client.socket.destroy();
  return client.error !== 'ECONNREFUSED';
}
