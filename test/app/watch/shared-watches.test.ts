import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { SharedWatches } from '../../../src/app/watch/shared-watches.ts';

it('lets one look at a time, in the order they asked, and goes on after one that failed', async () => {
  const shared = new SharedWatches({ monotonicMs: () => 0 });
  const done: string[] = [];
  const look = async (name: string, ms: number): Promise<void> => {
    done.push(`${name} begins`);
    await wait(ms);
    done.push(`${name} ends`);
    if (name === 'b') throw new Error('b failed');
  };
  const all = await Promise.allSettled([
    shared.look(() => look('a', 20)),
    shared.look(() => look('b', 1)),
    shared.look(() => look('c', 1)),
  ]);
  expect(done).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});

it('knows how many watches share what one may cost', async () => {
  const shared = new SharedWatches({ monotonicMs: () => 0 });
  expect(shared.watches).toBe(1);
  const seen = await shared.join(async () => {
    const two = await shared.join(async () => shared.watches);
    return [two, shared.watches];
  });
  expect(seen).toEqual([2, 1]);
  await expect(shared.join(() => Promise.reject(new Error('it ended')))).rejects.toThrow('it ended');
  expect(shared.watches).toBe(1);
});
