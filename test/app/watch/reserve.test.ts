import { readdirSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Reserve } from '../../../src/app/watch/reserve.ts';

const count = (): number => readdirSync('/proc/self/fd').length;

it('has its descriptors free for looks that follow one another, and holds them again after the last', async () => {
  const before = count();
  const reserve = new Reserve();
  reserve.hold();
  reserve.hold();
  const held = count();
  expect(held).toBeGreaterThan(before);
  const seen: number[] = [];
  const look = async (): Promise<void> => {
    seen.push(count());
    await turn();
    seen.push(count());
  };
  await reserve.lend(look);
  await reserve.lend(look);
  expect(seen).toEqual([before, before, before, before]);
  await turn();
  await turn();
  expect(count()).toBe(held);
  reserve.release();
  expect(count()).toBe(held);
  reserve.release();
  expect(count()).toBe(before);
});
