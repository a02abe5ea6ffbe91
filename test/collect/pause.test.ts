import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { pauseAtLeast } from '../../src/collect/pause.ts';

/** Pauses of many lengths, set at many moments within a millisecond: how many ended before their time. */
async function countEarly(pause: (ms: number) => Promise<unknown>): Promise<number> {
  const lengths = Array.from({ length: 300 }, (_, index) => 20 + index * 0.37);
  const missing = await Promise.all(
    lengths.map(async (ms) => {
      await sleep(ms / 4);
      const until = performance.now() + ms;
      await pause(ms);
      return until - performance.now();
    }),
  );
  return missing.filter((ms) => ms > 0).length;
}

it('never ends before its time, as a timer alone does', async () => {
  expect(await countEarly((ms) => sleep(ms))).toBeGreaterThan(0);
  expect(await countEarly((ms) => pauseAtLeast(ms))).toBe(0);
});

it('takes no turn for a time that is over', async () => {
  const order: string[] = [];
  setTimeout(() => order.push('timer'), 0);
  await pauseAtLeast(-3);
  order.push('pause');
  expect(order).toEqual(['pause']);
});

it('ends at once when it is woken, also before it begins', async () => {
  const waking = new AbortController();
  const pause = pauseAtLeast(60_000, waking.signal);
  waking.abort();
  await pause;
  await pauseAtLeast(60_000, waking.signal);
});
