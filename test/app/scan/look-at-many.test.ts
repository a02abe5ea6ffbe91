import { expect, it } from 'vitest';
import { lookAtMany } from '../../../src/app/scan/look-at-many.ts';
import { RememberedLooks } from '../../../src/app/scan/remembered-looks.ts';
import { writeTree } from '../../collect/proc-tree.ts';
import { statLine } from '../../lines.ts';
import { worldOf } from '../world.ts';
import { aProcess } from './a-process.ts';

it('begins each scan with those that the one before did not reach, and tells of the others what was seen', async () => {
  const memory = new RememberedLooks();
  const lookWithTimeForOne = async (): Promise<readonly string[]> => {
    // Each question takes the clock a second; nobody lives in this /proc, so that each look finds that its process ended.
    let now = 0;
    const clock = { nowMs: () => 0, monotonicMs: () => (now += 1000), sleep: async () => undefined };
    const looks = await lookAtMany({ ...worldOf('/nonexistent'), clock }, [aProcess(1), aProcess(2)], {
      startedAt: 0,
      withinMs: 1500,
      settleMs: 0,
      holding: null,
      sequel: { memory, budget: null },
    });
    return looks.map(({ process, kind }) => `${process.pid} ${kind}`);
  };
  expect(await lookWithTimeForOne()).toEqual(['1 ended', '2 not-reached']);
  expect(await lookWithTimeForOne()).toEqual(['2 ended', '1 ended']);
});

it.each([
  ['a zombie', { '7/stat': statLine({ state: 'Z', startTicks: '1' }) }],
  ['another process by its number', { '7/stat': statLine({ startTicks: '2' }) }],
  ['nothing', {}],
])('calls one ended that is %s by then, and not unseen', async (_what, files) => {
  const looks = await lookAtMany(worldOf(writeTree(files)), [aProcess(7)], {
    startedAt: 0,
    withinMs: 60_000,
    settleMs: 0,
    holding: null,
    sequel: null,
  });
  expect(looks.map(({ kind }) => kind)).toEqual(['ended']);
});
