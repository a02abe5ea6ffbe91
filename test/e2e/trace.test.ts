/** @module-tag gcc */
import { execa } from 'execa';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Trace } from '../../src/core/model/trace.ts';
import { fdleak, RUN } from './fdleak.ts';
import { compileFive, isStopped, LEAKS_AT, startReady, tracerOf, until } from './tracing.ts';

const IS_ROOT = process.getuid?.() === 0;
let folder = '';
let program = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fdleak-trace-'));
  program = await compileFive(folder, '-fno-omit-frame-pointer');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const startFive = async (): Promise<number> => (await startReady(program, '20')).pid;

async function traceJson(pid: number, engine: string): Promise<Trace> {
  const { stdout, stderr } = await fdleak([
    'trace',
    `${pid}`,
    '--engine',
    engine,
    '--duration',
    '1s',
    '--yes',
    '--json',
  ]);
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout);
}

describe('trace by strace', { tags: ['strace'] }, () => {
  it('names function, file and line of the one site of five that leaks, and lets the process run on', async () => {
    const pid = await startFive();
    const { sites, stayed, opened, unseen, runsOn } = await traceJson(pid, 'strace');
    expect(sites).toHaveLength(1);
    expect(sites[0]).toMatchObject({ call: 'openat', stayed, at: { function: 'open_c', line: LEAKS_AT } });
    expect(sites[0]?.opened).toBe(stayed);
    expect(opened).toBeGreaterThan(4 * stayed);
    expect(unseen).toEqual([]);
    expect([runsOn, tracerOf(pid), isStopped(pid)]).toEqual([true, '0', false]);
  });

  it.runIf(IS_ROOT)('tells another user to be root, before it asks for anything', async () => {
    const pid = await startFive();
    const { exitCode, stderr } = await fdleak(['trace', `${pid}`, '--engine', 'strace'], { as: 65_534 });
    expect([exitCode, tracerOf(pid)]).toEqual([3, '0']);
    expect(stderr).toContain(`run as root: sudo fdleak trace ${pid}`);
  });

  it('needs consent: it says what it costs, and does nothing', async () => {
    const pid = await startFive();
    const { exitCode, stderr } = await fdleak(['trace', `${pid}`, '--engine', 'strace', '--duration', '1s']);
    expect([exitCode, tracerOf(pid)]).toEqual([2, '0']);
    expect(stderr).toContain('a tenth of its throughput');
    expect(stderr).toContain('--yes');
  });

  it('ends at Ctrl-C with what it saw until then', async () => {
    const pid = await startFive();
    const [command, ...args] = [
      ...RUN,
      'trace',
      `${pid}`,
      '--engine',
      'strace',
      '--yes',
      '--duration',
      '60s',
      '--json',
    ];
    const running = execa(command ?? '', args, { reject: false });
    await until('it is traced', () => tracerOf(pid) !== '0');
    await wait(500);
    running.kill('SIGINT');
    const { stdout } = await running;
    const trace: Trace = JSON.parse(stdout);
    expect(trace.stayed).toBeGreaterThan(0);
    expect(trace.runsOn).toBe(true);
  });
});

describe.runIf(IS_ROOT)('trace by bpftrace', { tags: ['bpftrace'] }, () => {
  it('ends with the process, and says that it did', async () => {
    const child = spawn('sleep', ['3'], { stdio: 'ignore' });
    // Longer than this test may take.
    const { exitCode, stderr } = await fdleak(['trace', `${child.pid}`, '--engine', 'bpftrace', '--duration', '10m']);
    expect(exitCode).toBe(3);
    expect(stderr).toContain(`bpftrace is being attached to ${child.pid}`);
    expect(stderr).toMatch(/it ended after [\d.]+ m?s: what would have stayed open cannot be told/);
  });

  it('counts what stayed of what was opened, and says that the stack ends before the program', async () => {
    const pid = await startFive();
    const { sites, stayed, opened, isInterpreted } = await traceJson(pid, 'bpftrace');
    expect(sites).toHaveLength(1);
    // All five sites make the same call, and their stacks end alike.
    expect(sites[0]).toMatchObject({ call: 'openat', opened, stayed, at: null });
    expect(sites[0]?.places).toMatchObject([{ what: 'file', where: '/etc/group' }]);
    expect(opened).toBeGreaterThan(4 * stayed);
    expect(isInterpreted).toBe(false);
  });
});

it('refuses a process that is stopped, and one that does not exist', { tags: ['strace'] }, async () => {
  const pid = await startFive();
  process.kill(pid, 'SIGSTOP');
  await until('it is stopped', () => isStopped(pid));
  const stopped = await fdleak(['trace', `${pid}`, '--engine', 'strace', '--yes', '--duration', '1s']);
  expect([stopped.exitCode, stopped.stderr]).toEqual([3, expect.stringContaining('it is stopped')]);
  expect((await fdleak(['trace', '4194303', '--engine', 'strace', '--yes'])).exitCode).toBe(3);
});
