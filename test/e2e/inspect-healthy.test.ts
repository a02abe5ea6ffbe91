/** @module-tag python3 */
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { Inspection } from '../../src/core/model/inspection.ts';
import { fdleak, inspectJson } from './fdleak.ts';
import { startTarget } from './target.ts';

const SOURCES = ['--sources', 'proc,autopsy,bpf'];

const reasons = (inspection: Inspection): ReadonlySet<string> =>
  new Set(inspection.descriptors.flatMap(({ verdict }) => (verdict.is === 'orphaned' ? verdict.because : [])));

it('does not call 60 requests in progress leaked whose clients have reset, as any thread may be at work on one', async () => {
  const { ready } = await startTarget<{ pid: number }>('slow-requests.py', ['60', '120']);
  await wait(2500);

  // By default they are too young by far.
  const { inspection: young, exitCode } = await inspectJson(ready.pid, SOURCES);
  expect([exitCode, young.summary.byVerdict?.orphaned, young.summary.byLeak?.certain]).toEqual([0, 60, 0]);
  expect(young.findings[0]).toMatchObject({ id: 'orphaned-sockets', severity: 'warning' });

  // And were they old enough, there are as many threads.
  const { inspection: old } = await inspectJson(ready.pid, [...SOURCES, '--certain-after', '2s']);
  expect(old.summary.byLeak?.certain).toBe(0);
  expect([...reasons(old)].join()).toContain('61 threads may be at work on them');
});

it('calls dead sockets leaked that outnumber the threads', async () => {
  const { ready, ask } = await startTarget<{ pid: number }>('untouched.py');
  const { inspection, exitCode } = await inspectJson(ready.pid, [...SOURCES, '--certain-after', '2s']);
  expect([exitCode, inspection.summary.byLeak?.certain]).toEqual([1, 2]);
  await ask('error');
});

it('accuses no process that is stopped, and says that it cannot close anything', async () => {
  const { ready } = await startTarget<{ pid: number }>('untouched.py');
  process.kill(ready.pid, 'SIGSTOP');
  try {
    const { inspection, exitCode } = await inspectJson(ready.pid, [...SOURCES, '--certain-after', '2s']);
    expect([exitCode, inspection.summary.byLeak?.certain]).toEqual([0, 0]);
    expect([...reasons(inspection)].join()).toContain('it cannot close anything');
  } finally {
    process.kill(ready.pid, 'SIGCONT');
  }
});

it('does not accuse it in a watch either, until it goes on', async () => {
  const { ready } = await startTarget<{ pid: number }>('untouched.py');
  const watch = async (): Promise<string> => {
    const args = ['watch', `${ready.pid}`, '--interval', '200ms', '--duration', '2s', '--orphan-age', '500ms'];
    return (await fdleak([...args, '--no-history'])).stdout;
  };
  process.kill(ready.pid, 'SIGSTOP');
  try {
    expect(await watch()).not.toContain('LEAK ');
  } finally {
    process.kill(ready.pid, 'SIGCONT');
  }
  expect(await watch()).toContain('LEAK ');
});
