import { execa } from 'execa';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { Trace } from '../../src/core/model/trace.ts';
import { RUN } from './fdleak.ts';
import { HANG_MS } from './hang.ts';

/** A C program that opens at five call sites, and closes what four of them opened. */
const FIVE_SITES = fileURLToPath(new URL('./processes/five-sites.c', import.meta.url));
/** The line of the one whose descriptor is never closed. */
export const LEAKS_AT =
  readFileSync(FIVE_SITES, 'utf8')
    .split('\n')
    .findIndex((line) => line.includes('never closed')) + 1;

export async function compileFive(folder: string, flag: string): Promise<string> {
  const program = `${folder}/five${flag}`;
  await execa('gcc', ['-g', '-O1', flag, '-o', program, FIVE_SITES]);
  return program;
}

/** Starts it, or another program that says with a first line that it is ready. */
export async function startReady(program: string, ...args: readonly string[]): Promise<{ pid: number; line: string }> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line]: unknown[] = await once(createInterface({ input: child.stdout }), 'line');
  return { pid: child.pid ?? 0, line: String(line) };
}

const statusOf = (pid: number): string => readFileSync(`/proc/${pid}/status`, 'utf8');
export const tracerOf = (pid: number): string => /^TracerPid:\s*(\d+)/m.exec(statusOf(pid))?.[1] ?? '';
export const isStopped = (pid: number): boolean => /^State:\s*[Tt]/m.test(statusOf(pid));

/** Every process that has this word on its command line, but us. */
export function findAll(word: string): number[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) return [];
    try {
      return readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(word) ? [Number(name)] : [];
    } catch {
      return [];
    }
  });
}

export async function until(what: string, isSo: () => boolean): Promise<void> {
  for (const end = Date.now() + HANG_MS; Date.now() < end; await wait(100)) {
    if (isSo()) return;
  }
  throw new Error(`waited in vain: ${what}`);
}

/** The sockets that it holds. */
export function countSockets(pid: number): number {
  const links = readdirSync(`/proc/${pid}/fd`).map((fd) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${fd}`);
    } catch {
      return 'closed meanwhile';
    }
  });
  return links.filter((link) => link.startsWith('socket:')).length;
}

/** Clients that come and are reset, until the process holds what they leave behind. */
export async function comeAndGo({ pid, port }: { pid: number; port: number }, clients: number): Promise<void> {
  const before = countSockets(pid);
  for (let at = 0; at < clients; at++) {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.resetAndDestroy();
  }
  await until('it has accepted them', () => countSockets(pid) >= before + clients);
}

/** `fdleak trace`, ended by Ctrl-C once what happens meanwhile has happened. */
export async function traceWhile(
  { pid, engine, isJson = true }: { pid: number; engine: string; isJson?: boolean },
  happens: () => Promise<void>,
): Promise<string> {
  const [command, ...args] = RUN;
  const options = ['--engine', engine, '--duration', '100s', '--yes', ...(isJson ? ['--json'] : [])];
  const running = execa(command, [...args, 'trace', `${pid}`, ...options], { reject: false });
  let said = '';
  running.stderr.on('data', (chunk) => (said += String(chunk)));
  await until('it follows', () => said.includes(' follows '));
  await happens();
  await wait(500);
  running.kill('SIGINT');
  const { stdout, stderr } = await running;
  if (stdout === '') throw new Error(stderr);
  return stdout;
}

export async function traceJsonWhile(asked: { pid: number; engine: string }, happens: () => Promise<void>) {
  const trace: Trace = JSON.parse(await traceWhile(asked, happens));
  return trace;
}
