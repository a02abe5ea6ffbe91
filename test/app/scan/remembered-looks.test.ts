import { expect, it } from 'vitest';
import type { Looked } from '../../../src/app/scan/look-at-many.ts';
import { RememberedLooks } from '../../../src/app/scan/remembered-looks.ts';
import type { CountedProcess } from '../../../src/core/model/counted-process.ts';
import { aProcess } from './a-process.ts';

const seen = (process: CountedProcess): Looked => ({
  kind: 'seen',
  process,
  isDenied: false,
  seen: {
    open: process.open,
    soft: process.soft,
    hard: process.hard,
    cmdline: null,
    standing: 'leak',
    because: null,
    utilization: 0.04,
    free: 960,
    byVerdict: { orphaned: 20 },
    places: [],
    findings: [],
    holding: null,
  },
});

it('puts the new and the changed first, of them those near their limits, then those seen longest ago', () => {
  const memory = new RememberedLooks();
  for (const [pid, at] of [
    [1, 300],
    [2, 200],
    [3, 100],
    [4, 50],
  ] as const)
    memory.keep(aProcess(pid), seen(aProcess(pid)), at);
  const now = [
    aProcess(1),
    aProcess(2),
    aProcess(3, { open: 41 }),
    aProcess(4, { open: 600 }),
    aProcess(5),
    aProcess(6, { open: 990 }),
  ];
  expect(memory.order(now).map(({ pid }) => pid)).toEqual([6, 4, 5, 3, 2, 1]);
  expect(memory.oldestAtMs).toBe(50);
});

it('tells what was seen last with the counts of now, and nothing of a pid that another process has', () => {
  const memory = new RememberedLooks();
  memory.keep(aProcess(1), seen(aProcess(1)), 100);
  const recalled = memory.recall(aProcess(1, { open: 500 }));
  expect(recalled).toMatchObject({
    process: { open: 500 },
    seen: { open: 500, utilization: 0.5, free: 500, standing: 'leak', byVerdict: { orphaned: 20 } },
  });
  expect(memory.recall(aProcess(1, { startTicks: 2 }))).toBeNull();
});

it('pays back in later scans what one took beyond its budget, and saves no more than one', () => {
  const memory = new RememberedLooks();
  expect(memory.earn(50)).toBe(50);
  memory.spend(120);
  expect([memory.earn(50), memory.earn(50), memory.earn(50), memory.earn(50)]).toEqual([-20, 30, 50, 50]);
});

it('has more to spend at the start, once', () => {
  const memory = new RememberedLooks(1000);
  expect(memory.earn(50)).toBe(1000);
  memory.spend(700);
  expect(memory.earn(50)).toBe(300);
  memory.spend(400);
  expect([memory.earn(50), memory.earn(50), memory.earn(50)]).toEqual([-50, 0, 50]);
});

it('forgets those that have ended', () => {
  const memory = new RememberedLooks();
  memory.keep(aProcess(1), seen(aProcess(1)), 100);
  memory.keepOnly([aProcess(2)]);
  expect([memory.recall(aProcess(1)), memory.oldestAtMs]).toEqual([null, null]);
});
