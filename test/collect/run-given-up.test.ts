import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { Deadline } from '../../src/collect/deadline.ts';
import { runGivenUp } from '../../src/collect/run-given-up.ts';

/** What is left of a longer time is no whole number of milliseconds. */
const part = (ms: number): Deadline => new Deadline(() => performance.now(), 60_000).part(ms + 0.3);

const isRunning = (command: readonly string[]): boolean =>
  readdirSync('/proc').some((name) => {
    try {
      return readFileSync(`/proc/${name}/cmdline`, 'utf8') === `${command.join('\0')}\0`;
    } catch {
      return false;
    }
  });

it('gives what a helper writes', async () => {
  expect(await runGivenUp(['cat'], 'asked', part(5000))).toBe('asked');
});

it('is not held up by one that does not end, nor by one that is not there', async () => {
  const endless = ['sleep', `30.${process.pid}`];
  expect(await runGivenUp(endless, '', part(2000))).toBe('');
  expect(isRunning(endless)).toBe(true);
  expect(await runGivenUp(['no-such-helper'], '', part(200))).toBe('');
});
