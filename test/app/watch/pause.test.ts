import { expect, it } from 'vitest';
import { Pause } from '../../../src/app/watch/pause.ts';

const HOUR_MS = 3_600_000;

it('is ended by a signal that came before it, while a look was under way, and so is the next', async () => {
  const interruption = new AbortController();
  const pause = new Pause(interruption.signal);
  await pause.wait(0);
  interruption.abort();
  await pause.wait(HOUR_MS);
  await pause.wait(HOUR_MS);
  expect(interruption.signal.aborted).toBe(true);
});

it('is ended once by a key that was pressed before it', async () => {
  const pause = new Pause(new AbortController().signal);
  pause.wake();
  await pause.wait(HOUR_MS);
  const startedAt = performance.now();
  await pause.wait(20);
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(20);
});
