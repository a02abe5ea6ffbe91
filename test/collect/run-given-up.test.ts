import { expect, it } from 'vitest';
import { Deadline } from '../../src/collect/deadline.ts';
import { runGivenUp } from '../../src/collect/run-given-up.ts';

/** What is left of a longer time is no whole number of milliseconds. */
const part = (ms: number): Deadline => new Deadline(() => performance.now(), 60_000).part(ms + 0.3);

it('gives what a helper writes', async () => {
  expect(await runGivenUp(['cat'], 'asked', part(5000))).toBe('asked');
});

it('is not held up by one that does not end, nor by one that is not there', async () => {
  const startedAt = performance.now();
  expect(await runGivenUp(['sleep', '30'], '', part(200))).toBe('');
  expect(await runGivenUp(['no-such-helper'], '', part(200))).toBe('');
  expect(performance.now() - startedAt).toBeLessThan(5000);
});
