import { execa } from 'execa';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { inspectJson } from './fdleak.ts';

const PROGRAMS = fileURLToPath(new URL('./processes/runtimes/', import.meta.url));
const CLIENTS = 12;
const MS = 90_000;
const folder = mkdtempSync(join(tmpdir(), 'fdleak-runtimes-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const heldAt = (file: string): number =>
  readFileSync(`${PROGRAMS}${file}`, 'utf8')
    .split('\n')
    .findIndex((line) => line.includes('held here')) + 1;

/** Starts a program, and lets clients come and go: its threads keep what they left behind. */
async function startHolding(command: string, file: string): Promise<number> {
  const child = spawn(command, [`${PROGRAMS}${file}`], { stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [port]: unknown[] = await once(createInterface({ input: child.stdout }), 'line');
  for (let at = 0; at < CLIENTS; at++) {
    const socket = connect(Number(port), '127.0.0.1');
    await once(socket, 'connect');
    socket.end();
  }
  await wait(500);
  return child.pid ?? 0;
}

async function matchesOf(pid: number, dump: string): Promise<readonly unknown[]> {
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
});
