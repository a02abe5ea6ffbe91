import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readAllLimits } from '../../../src/app/limits.ts';
import { measureOpen } from '../../../src/app/assert/measure-open.ts';
import { startTarget } from '../../e2e/target.ts';
import { statLine } from '../../lines.ts';
import { worldOf } from '../world.ts';
import { writeTree } from '../../collect/proc-tree.ts';

describe('a process whose first thread has exited', () => {
  it('is counted through the thread that lives on', async () => {
    const { ready } = await startTarget<{ pid: number; tid: number }>('leader-exits.py');
    const open = readdirSync(`/proc/${ready.pid}/task/${ready.tid}/fd`).length;
    expect(open).toBeGreaterThan(5);
    expect(measureOpen(worldOf(), ready.pid)).toMatchObject({ kind: 'measured', count: { open } });
  });

  it('has a largest table that is not known, not one of size 0', async () => {
    const { ready } = await startTarget<{ pid: number; tid: number }>('leader-exits.py');
    const outcome = await readAllLimits(worldOf(), ready.pid, { raise: null, withinMs: 10_000 });
    const open = readdirSync(`/proc/${ready.pid}/task/${ready.tid}/fd`).length;
    expect(outcome).toMatchObject({ kind: 'read', report: { limits: { open, peakTableSize: null } } });
  });
});

describe('a process without descriptors', () => {
  it('is no process with 0 of them: a zombie cannot be counted', () => {
    const root = writeTree({
      '4242/stat': statLine({ state: 'Z' }),
      '4242/task/4242/stat': statLine({ state: 'Z' }),
      '4242/fd/.': '',
    });
    expect(measureOpen(worldOf(root), 4242)).toMatchObject({
      kind: 'unobservable',
      because: 'it is a zombie: it has ended and has no descriptors',
    });
  });
});
