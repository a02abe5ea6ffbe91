import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { DemoReport } from '../../src/core/model/demo.ts';
import { fdleak, RUN } from './fdleak.ts';

/** Pids of the processes that `pid` has started and that have not ended. */
function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => statOf(name).ppid === pid)
    .map(Number);
}

function statOf(pid: string): { ppid: number } {
  try {
    const [, ppid] = / \(.*\) \S (\d+) /s.exec(readFileSync(`/proc/${pid}/stat`, 'latin1')) ?? [];
    return { ppid: Number(ppid ?? 0) };
  } catch {
    return { ppid: 0 };
  }
}

it('leaks every client in the leaky proxy, on the port of the service and watched by nobody, and none in the fixed one', async () => {
  const { exitCode, stdout } = await fdleak(['demo', '--clients', '40', '--json']);
  const report: DemoReport = JSON.parse(stdout);

  expect(report).toMatchObject({ schema: 'fdleak.demo/1', asTold: true, clients: 40 });
  expect(
    report.stages.map(({ proxy, stage, orphaned, certain, watched }) => ({ proxy, stage, orphaned, certain, watched })),
  ).toEqual([
    { proxy: 'leaky', stage: 'healthy', orphaned: 0, certain: 0, watched: 0 },
    { proxy: 'leaky', stage: 'after', orphaned: 40, certain: 40, watched: 0 },
    { proxy: 'fixed', stage: 'healthy', orphaned: 0, certain: 0, watched: 0 },
    { proxy: 'fixed', stage: 'after', orphaned: 0, certain: 0, watched: 0 },
  ]);
  expect(report.stages[1]?.acceptedOn).toBeGreaterThan(0);
  // The single file runs on no Node: it has no report.
  expect(report.stages.map(({ handles }) => handles)).toEqual([null, RUN.length > 1 ? 40 : null, null, null]);
  expect(exitCode).toBe(0);
});

it('tells the story in words, with the inspection of the leaky proxy and a table at the end', async () => {
  const { exitCode, stdout } = await fdleak(['demo', '--clients', '5']);

  // Suspects, as one of as many threads might be at work on each: the single file has fewer of them than Node.
  expect(stdout).toMatch(
    /S freezes\. 5 clients connect[^]*(?:LEAK|SUSPECT) {2}fdleak\S* {3}pid [^]* 5 {2}dead tcp[^]*\nAs expected: 5 clients, 5 dead sockets in the leaky proxy, 0 in the fixed one\./,
  );
  expect(exitCode).toBe(0);
});

it('ends every process it started when it is interrupted, the frozen service as well', async () => {
  const demo = spawn(RUN[0], [...RUN.slice(1), 'demo'], { stdio: 'ignore' });
  const ended = once(demo, 'exit');
  await expect.poll(() => childrenOf(demo.pid ?? 0).length).toBeGreaterThanOrEqual(2);
  await wait(1500);
  const children = childrenOf(demo.pid ?? 0);
  demo.kill('SIGINT');

  expect((await ended)[0]).toBe(130);
  expect(children.filter((pid) => statOf(`${pid}`).ppid !== 0)).toEqual([]);
});
