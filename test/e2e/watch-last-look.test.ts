import { expect, it } from 'vitest';
import { toStage } from './watching.ts';

it.each([
  { end: '--duration', args: ['--duration', '6s'] },
  { end: '--samples', args: ['--samples', '40'] },
])('a watch that only counts between full looks takes one at the end of $end', async ({ args }) => {
  const stage = toStage();
  const crowd = await stage.script('watch-crowd.js', 3000);
  // At such an interval a full look costs more than 5 % of a core.
  const watching = stage.watch([`${crowd.pid}`, '--interval', '100ms', '--no-history', ...args]);
  await watching.ended;

  expect(watching.ticks.filter(({ full }) => !full).length).toBeGreaterThan(0);
  expect(watching.last.full).toBe(true);
  if (args.includes('40')) expect(watching.ticks).toHaveLength(40);
});
