import { execFileSync, spawn, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import type { Server, Spot } from './servers.ts';
import { talkTo } from './talk.ts';

const NOBODY = 65_534;
const MARK = 'FDLEAK_HEALTHY';
const READY_WITHIN_MS = 60_000;

export interface Running {
  /** Of the server and all that it has started. */
  readonly pids: () => readonly number[];
  readonly port: number;
  /** Lets clients in until the test ends. */
  readonly load: () => void;
}

/** Starts a server in a folder of its own, as nobody where we are root, and waits until it listens. */
export async function startServer(server: Server): Promise<Running> {
  const backend = await startBackend();
  const folder = mkdtempSync(join(tmpdir(), 'fdleak-healthy-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  const at: Spot = { folder, port: await findPort(), other: await findPort(), backend };
  for (const [name, text] of Object.entries(server.files?.(at) ?? {}))
    writeFileSync(join(folder, name), text, { mode: 0o600 });
  const isNobody = process.getuid?.() === 0 && server.asRoot !== true;
  const user = isNobody ? { uid: NOBODY, gid: NOBODY } : {};
  if (isNobody) for (const name of ['', ...readdirSync(folder)]) chownSync(join(folder, name), NOBODY, NOBODY);
  const mark = `${process.pid}-${at.port}`;
  const env = { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin:/sbin`, [MARK]: mark, ...server.env?.(at) };
  const options: SpawnOptions = { ...user, env, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'], detached: true };
  for (const [command = '', ...args] of server.setUp?.(at) ?? [])
    execFileSync(command, args, { ...user, env, cwd: folder, stdio: 'pipe' });
  const start = (command: readonly string[]): { pid: number; complaints: () => string } => {
    const [file = '', ...args] = command;
    const child = spawn(file, args, options);
    let complaints = '';
    child.on('error', ({ message }) => (complaints += message));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (complaints = (complaints + text).slice(-2000)));
    return { pid: child.pid ?? 0, complaints: () => complaints };
  };
  const { pid, complaints } = start(server.command(at));
  const seen = new Set([pid]);
  const pids = (): readonly number[] => listFamily(seen, mark);
  onTestFinished(() => endAll(pids));
  if (server.readyAfterMs === undefined) await awaitListener(at.port, complaints);
  else await wait(server.readyAfterMs);
  const load = (): void => {
    const says = server.load?.(at) ?? null;
    if (says === null) return;
    if ('hello' in says) onTestFinished(talkTo({ port: at.port, path: join(folder, 'socket') }, says));
    else {
      const client = start(says).pid;
      onTestFinished(() => endAll(() => listFamily(new Set([client]), null)));
    }
  };
  return { pids, port: at.port, load };
}

/** An HTTP server of this process, for those that pass requests on. */
async function startBackend(): Promise<number> {
  const server = createHttpServer((_, response) => response.end('ok')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  server.unref();
  return portOf(server.address());
}

async function findPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server.address());
  server.close();
  return port;
}

function portOf(address: string | AddressInfo | null): number {
  if (address === null || typeof address === 'string') throw new Error('not an internet address');
  return address.port;
}

/** Asks the tables, not the server: a connection of ours could be one that it never gets rid of. */
async function awaitListener(port: number, complaints: () => string): Promise<void> {
  const row = new RegExp(`:${port.toString(16).toUpperCase().padStart(4, '0')} [0-9A-F]+:0000 0A `);
  for (const until = Date.now() + READY_WITHIN_MS; ; await wait(100)) {
    if (row.test(readProc('self', 'net/tcp') + readProc('self', 'net/tcp6'))) return;
    if (Date.now() > until) throw new Error(`not ready: ${complaints()}`);
  }
}

/** The processes that come of the first ones: by parent, by session, or by the mark in their environment. */
function listFamily(seen: Set<number>, mark: string | null): readonly number[] {
  const alive = new Set<number>();
  for (let before = -1; before !== seen.size;) {
    before = seen.size;
    alive.clear();
    for (const name of readdirSync('/proc').filter((one) => /^\d+$/.test(one))) {
      const pid = Number(name);
      const [, state, ppid, , session] = /\) (\S) (\d+) (\d+) (\d+)/.exec(readProc(name, 'stat')) ?? [];
      if (state === undefined || state === 'Z') continue;
      const isOfThem =
        seen.has(pid) ||
        seen.has(Number(ppid)) ||
        seen.has(Number(session)) ||
        (mark !== null && readProc(name, 'environ').includes(`${MARK}=${mark}\0`));
      if (!isOfThem) continue;
      seen.add(pid);
      alive.add(pid);
    }
  }
  return [...alive];
}

function readProc(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    return '';
  }
}

async function endAll(pids: () => readonly number[]): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    for (const pid of pids()) {
      try {
        process.kill(pid, signal);
      } catch {
        // It is gone.
      }
    }
    for (let turn = 0; turn < 20 && pids().length > 0; turn++) await wait(100);
  }
}
