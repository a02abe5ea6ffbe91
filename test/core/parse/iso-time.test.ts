import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseIso, toIso } from '../../../src/core/parse/iso-time.ts';

const MOMENT = fc.integer({ min: Date.UTC(1, 0, 1), max: Date.UTC(9999, 11, 31) });

describe('a time in ISO 8601', () => {
  it('is that of the clock of JavaScript, there and back', () => {
    fc.assert(
      fc.property(MOMENT, (at) => {
        expect(toIso(at)).toBe(new Date(at).toISOString());
        expect(parseIso(toIso(at))).toBe(at);
      }),
      { numRuns: 2000 },
    );
  });

  it('is right on the first and last day of every month of 400 years', () => {
    for (let month = 0; month < 400 * 12; month++) {
      const first = Date.UTC(1900, month, 1);
      for (const at of [first, first - 1]) expect(toIso(at)).toBe(new Date(at).toISOString());
    }
  });

  it.each(['', 'yesterday', '2026-11-22', '2026-11-22T19:46:00+01:00'])('is not to be had from %j', (text) => {
    expect(parseIso(text)).toBeNull();
  });
});
