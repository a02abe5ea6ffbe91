import { expect, it } from 'vitest';
import { fuzz } from '../core/parser-fuzz.ts';

/** An hour is for a release: FDLEAK_FUZZ_MS=3600000. */
const MS = Number(process.env['FDLEAK_FUZZ_MS'] ?? 60_000);

it('no reader of foreign text throws or takes long in a long run', { timeout: MS + 60_000 }, () => {
  const { inputs, failures } = fuzz(MS, Date.now());
  console.log(`${inputs} inputs`);
  expect(failures).toEqual([]);
});
