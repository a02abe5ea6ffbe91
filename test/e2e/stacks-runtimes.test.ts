import { execa } from 'execa';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import type { StackMatch } from '../../src/core/model/holders.ts';
import { fdleak, inspectJson } from './fdleak.ts';
import { countSockets, until } from './tracing.ts';

const PROGRAMS = fileURLToPath(new URL('./processes/runtimes/', import.meta.url));
const CLIENTS = 12;
const MS = 180_000;
const folder = mkdtempSync(join(tmpdir(), 'fdleak-runtimes-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const lineOf = (file: string, remark: string): number =>
  readFileSync(`${PROGRAMS}${file}`, 'utf8')
    .split('\n')
    .findIndex((line) => line.includes(remark)) + 1;
const heldAt = (file: string): number => lineOf(file, 'held here');

/** Starts a program with clients. */
async function start(
  command: readonly string[],
  file: string,
  ...args: readonly string[]
): Promise<{ pid: number; clients: readonly Socket[] }> {
  const [name = '', ...before] = command;
  const child = spawn(name, [...before, `${PROGRAMS}${file}`, ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [port]: unknown[] = await once(createInterface({ input: child.stdout }), 'line');
  const clients: Socket[] = [];
  for (let at = 0; at < CLIENTS; at++) {
    const socket = connect(Number(port), '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    await once(socket, 'connect');
    clients.push(socket);
  }
  const pid = child.pid ?? 0;
  // What is started in front of it may fork.
  await until('it has accepted them', () => [pid, ...childrenOf(pid)].some((one) => countSockets(one) > CLIENTS));
  await wait(500);
  return { pid, clients };
}

/** Lets clients come and go: the threads of the program keep what they left behind. */
async function startHolding(command: string, file: string): Promise<number> {
  const { pid, clients } = await start([command], file);
  for (const socket of clients) socket.end();
  await wait(500);
  return pid;
}

const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);

const tidsOf = (pid: number): number[] =>
  readdirSync(`/proc/${pid}/task`)
    .map(Number)
    .sort((a, b) => a - b);

/** A dump that py-spy printed of the same program, its numbers those of this run. */
function toDumpOf(pid: number, name: string): string {
  const text = readFileSync(new URL(`../../fixtures/trace/${name}`, import.meta.url), 'utf8');
  const tids = tidsOf(pid);
  const first = Number(/^Process (\d+)/.exec(text)?.[1]);
  return text
    .replace(/^Process \d+/, `Process ${pid}`)
    .replaceAll(/^Thread (\d+)/gm, (_, tid: string) => `Thread ${tids[Number(tid) - first]}`);
}

/** Each waits in a call on a descriptor of its own. */
function expectEachToWait(matches: readonly StackMatch[], pid: number, file: string): void {
  const waiting = matches.filter(({ by, at }) => by === 'thread' && at?.line === lineOf(file, 'waits here'));
  expect(waiting.every(({ at }) => at?.file?.endsWith(file))).toBe(true);
  const tids = waiting.flatMap((match) => match.tids ?? []);
  expect([tids.length, new Set(tids).size]).toEqual([CLIENTS, CLIENTS]);
  expect(tidsOf(pid)).toEqual(expect.arrayContaining(tids));
  // What the kernel says of each, read past the code under test.
  const said = tids.map((tid) => Number(readFileSync(`/proc/${pid}/task/${tid}/syscall`, 'utf8').split(' ')[1]));
  const fds = waiting.flatMap((match) => match.fds ?? []);
  expect(fds.toSorted((a, b) => a - b)).toEqual(said.toSorted((a, b) => a - b));
}

async function matchesOf(pid: number, dump: string): Promise<readonly StackMatch[]> {
  const file = join(folder, `${pid}.txt`);
  writeFileSync(file, dump);
  const { inspection } = await inspectJson(pid, ['--stacks', file]);
  return inspection.stacks?.matches ?? [];
}

describe('--stacks of other runtimes', () => {
  it(
    'names the line of a Java program whose threads keep what their peers have closed',
    { tags: ['java', 'jstack'], timeout: MS },
    async () => {
      const pid = await startHolding('java', 'Held.java');
      const { stdout } = await execa('jstack', [`${pid}`]);
      const [first] = await matchesOf(pid, stdout);
      expect(first).toMatchObject({
        descriptors: CLIENTS,
        stacks: CLIENTS,
        unit: 'thread',
        at: { file: 'Held.java', line: heldAt('Held.java') },
      });
    },
  );

  it('names the line of a Python program by py-bt of gdb', { tags: ['gdb'], timeout: MS }, async () => {
    const pid = await startHolding('/usr/bin/python3', 'held.py');
    const { stdout } = await execa('gdb', ['-p', `${pid}`, '-batch', '-ex', 'thread apply all py-bt'], {
      reject: false,
    });
    const [first] = await matchesOf(pid, stdout);
    expect(first).toMatchObject({
      descriptors: CLIENTS,
      stacks: CLIENTS,
      unit: 'thread',
      at: { file: expect.stringMatching(/held\.py$/), line: heldAt('held.py') },
    });
  });

  it('names the line of a Python program by what py-spy printed', { timeout: MS }, async () => {
    const pid = await startHolding('/usr/bin/python3', 'held.py');
    const [first] = await matchesOf(pid, toDumpOf(pid, 'py-spy-held.txt'));
    expect(first).toMatchObject({
      descriptors: CLIENTS,
      stacks: CLIENTS,
      unit: 'thread',
      at: { file: 'held.py', line: heldAt('held.py') },
    });
  });
});

describe('--stacks by the threads that the kernel names', () => {
  it('ties the threads of gdb to the descriptors they wait on', { tags: ['gdb'], timeout: MS }, async () => {
    const { pid } = await start(['/usr/bin/python3'], 'waits.py');
    const { stdout } = await execa('gdb', ['-p', `${pid}`, '-batch', '-ex', 'thread apply all py-bt'], {
      reject: false,
    });
    expectEachToWait(await matchesOf(pid, stdout), pid, 'waits.py');
  });

  it('ties the threads of py-spy to the descriptors they wait on, and says so', { timeout: MS }, async () => {
    const { pid } = await start(['/usr/bin/python3'], 'waits.py');
    const dump = toDumpOf(pid, 'py-spy-waits.txt');
    expectEachToWait(await matchesOf(pid, dump), pid, 'waits.py');
    const { stdout } = await fdleak(['inspect', `${pid}`, '--stacks', join(folder, `${pid}.txt`), '--settle', '0']);
    expect(stdout).toMatch(/12 threads wait in receive on fds [\d-]+ \(12 of 12 established/);
  });

  it.runIf(process.getuid?.() === 0)(
    'ties the nid of jstack to the thread of the host, also from a pid namespace',
    { tags: ['java', 'jstack'], timeout: MS },
    async () => {
      const inNamespace = ['unshare', '--pid', '--fork', '--kill-child', 'java'];
      const { pid: parent } = await start(inNamespace, 'Held.java', 'client');
      const pid = Number(readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').trim());
      const { stdout } = await execa('jstack', [`${pid}`]);
      const nids = [...stdout.matchAll(/ nid=(0x[0-9a-f]+|\d+)/g)].map(([, nid]) => Number(nid));
      expect(Math.max(...nids)).toBeLessThan(pid);
      const matches = await matchesOf(pid, stdout);
      const waiting = matches.filter(({ by, at }) => by === 'thread' && at?.line === lineOf('Held.java', 'waits here'));
      const tids = waiting.flatMap((match) => match.tids ?? []);
      expect([tids.length, new Set(waiting.flatMap((match) => match.fds ?? [])).size]).toEqual([CLIENTS, CLIENTS]);
      expect(tidsOf(pid)).toEqual(expect.arrayContaining(tids));
    },
  );
});
