import { expect, it } from 'vitest';
import { Segments } from '../../../src/core/history/segments.ts';
import type { SegmentKey } from '../../../src/core/model/segment.ts';

const NOW: SegmentKey = {
  pid: 42,
  startTicks: 7,
  bootId: 'b',
  comm: 'nginx',
  exe: '/usr/sbin/nginx',
  soft: 1024,
  hard: 4096,
};

it.each([
  { change: {}, because: null },
  { change: { comm: 'worker' }, because: null },
  { change: { startTicks: 9 }, because: 'pid-reused' },
  { change: { pid: 43, startTicks: 9 }, because: 'restart' },
  { change: { bootId: 'c' }, because: 'boot' },
  { change: { exe: '/usr/sbin/nginx.new' }, because: 'exec' },
  { change: { exe: null }, because: null },
  { change: { soft: 2048 }, because: 'limit-changed' },
  { change: { hard: 'unlimited' }, because: 'limit-changed' },
  { change: { soft: null, hard: null }, because: null },
] as const)('a change of $change begins a segment because of $because', ({ change, because }) => {
  const segments = new Segments(0, null);
  segments.place(1000, NOW);
  const { segment, begun } = segments.place(2000, { ...NOW, ...change });
  expect(begun === null ? null : segment.because).toBe(because);
  expect(segment.id).toBe(because === null ? 1 : 2);
});

it('goes on in the segment of the watch before', () => {
  const before = new Segments(0, null).place(1000, NOW).segment;
  expect(new Segments(1, before).place(9000, NOW)).toEqual({ segment: before, begun: null });
});
