/** @module-tag gcc */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, expect, it, onTestFinished } from 'vitest';
import { RUN } from '../fdleak.ts';
import { compileFive, findAll, isStopped, startReady, tracerOf, until } from '../tracing.ts';
import { toDose } from './dose.ts';

const BY_STRACE = toDose({ little: 3, all: 14 });
const BY_BPFTRACE = toDose({ little: 1, all: 6 });
const folder = mkdtempSync(join(tmpdir(), 'fdleak-trace-kill-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function startTrace(pid: number, engine: string): { traced: ChildProcess; ended: Promise<unknown> } {
  const [command, ...args] = [...RUN, 'trace', `${pid}`, '--engine', engine, '--yes', '--duration', '100s'];
  const traced = spawn(command ?? '', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  onTestFinished(() => void traced.kill('SIGKILL'));
  return { traced, ended: once(traced, 'exit') };
}

/** Ends the engine, or fdleak, by kill -9; a second later nothing must be left of either. */
async function endHarshly(pid: number, { traced, ended }: ReturnType<typeof startTrace>, engine: number, at: number) {
  process.kill(at % 2 === 0 ? engine : (traced.pid ?? 0), 'SIGKILL');
  const from = performance.now();
  if (at % 2 === 1) await ended;
  await wait(Math.max(0, 1000 - (performance.now() - from)));
  expect([tracerOf(pid), isStopped(pid)]).toEqual(['0', false]);
  expect(findAll(`${pid}`).filter((one) => one === engine)).toEqual([]);
  await ended;
}

it('strace or fdleak killed: the process runs on untraced within a second, and no program is left', async () => {
  const { pid } = await startReady(await compileFive(folder, '-fomit-frame-pointer'), '20');
  for (let at = 0; at < BY_STRACE; at++) {
    const trace = startTrace(pid, 'strace');
    await until('it is traced', () => tracerOf(pid) !== '0');
    await endHarshly(pid, trace, Number(tracerOf(pid)), at);
  }
}, 240_000);

it.runIf(process.getuid?.() === 0)(
  'bpftrace or fdleak killed: the same',
  { tags: ['bpftrace'], timeout: 600_000 },
  async () => {
    const { pid } = await startReady(await compileFive(folder, '-fomit-frame-pointer'), '20');
    for (let at = 0; at < BY_BPFTRACE; at++) {
      const trace = startTrace(pid, 'bpftrace');
      const isEngine = (one: number): boolean => one !== trace.traced.pid;
      await until('bpftrace runs', () => findAll(`pid == ${pid}`).some(isEngine));
      await wait(at * 500);
      const engine = findAll(`pid == ${pid}`).find(isEngine) ?? 0;
      await endHarshly(pid, trace, engine, at);
    }
  },
);
