import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Turns } from '../../../src/app/watch/turns.ts';

it('lets one look at a time, in the order they asked, and goes on after one that failed', async () => {
  const turns = new Turns(0);
  const done: string[] = [];
  const look = async (name: string, ms: number): Promise<void> => {
    done.push(`${name} begins`);
    await wait(ms);
    done.push(`${name} ends`);
    if (name === 'b') throw new Error('b failed');
  };
  const all = await Promise.allSettled([
    turns.take(() => look('a', 20)),
    turns.take(() => look('b', 1)),
    turns.take(() => look('c', 1)),
  ]);
  expect(done).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});

it('knows how many watches share what one may cost', async () => {
  const turns = new Turns(0);
  expect(turns.watches).toBe(1);
  const seen = await turns.join(async () => {
    const two = await turns.join(async () => turns.watches);
    return [two, turns.watches];
  });
  expect(seen).toEqual([2, 1]);
  await expect(turns.join(() => Promise.reject(new Error('it ended')))).rejects.toThrow('it ended');
  expect(turns.watches).toBe(1);
});
