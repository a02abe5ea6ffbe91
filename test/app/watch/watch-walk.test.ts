import { expect, it } from 'vitest';
import { WatchWalk } from '../../../src/app/watch/watch-walk.ts';
import type { WalkStep } from '../../../src/collect/bpf/walk-failure.ts';
import type { World } from '../../../src/app/world.ts';

/** A world in which the walk fails at a step, and how often it was asked for. */
function without(step: WalkStep): Pick<World, 'loadWalk'> & { readonly loads: () => number } {
  let loads = 0;
  return {
    loads: () => loads,
    loadWalk: async () => {
      loads += 1;
      return { kind: 'unavailable', failure: { step, because: 'the reason', remedy: null } };
    },
  };
}

it('is not loaded for few descriptors, which /proc tells sooner', async () => {
  const world = without('off');
  expect(await new WatchWalk().over(1, 255, world)).toBeNull();
  expect(world.loads()).toBe(0);
});

it('is loaded once, and where that fails /proc is read from then on', async () => {
  const [walk, world] = [new WatchWalk(), without('self-check')];
  expect(await walk.over(1, 1000, world)).toBeNull();
  expect(await walk.over(1, 1000, world)).toBeNull();
  expect(world.loads()).toBe(1);
});

it('says once why it cannot be had, but not to those who may not or do not want it', async () => {
  const walk = new WatchWalk();
  await walk.over(1, 1000, without('self-check'));
  expect(walk.takeNote()).toContain('by /proc, at more cost: no walk by the kernel: the reason');
  expect(walk.takeNote()).toBeNull();
  for (const step of ['map', 'off'] as const) {
    const quiet = new WatchWalk();
    await quiet.over(1, 1000, without(step));
    expect(quiet.takeNote()).toBeNull();
  }
});
