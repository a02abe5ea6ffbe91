import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, parseDuration } from '../../../src/core/parse/duration.ts';

describe('parseDuration', () => {
  it.each([
    ['250ms', 250],
    ['5s', 5000],
    ['1.5s', 1500],
    ['10m', 600_000],
    ['48h', 172_800_000],
    ['30d', 2_592_000_000],
    ['0', 0],
    ['0s', 0],
    ['0.25d', 21_600_000],
  ])('reads %s as %i ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each([
    '',
    ' ',
    '5',
    '-5s',
    '+5s',
    '5 s',
    '5S',
    '1e3s',
    '.5s',
    '5.s',
    's',
    '1h30m',
    '5s\n',
    '٥s',
    '5constructor',
    `${'9'.repeat(400)}d`,
  ])('refuses %j', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  it('gives a number from 0 up, or undefined, for any text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseDuration(text) ?? 0).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe('formatDuration', () => {
  it.each([
    [0, '0 ms'],
    [250, '250 ms'],
    [999.6, '1 s'],
    [5000, '5 s'],
    [85_788, '85.8 s'],
    [119_960, '2 min'],
    [720_000, '12 min'],
    [7_170_001, '2 h'],
    [259_200_000, '3 d'],
    [-5000, '-5 s'],
  ])('writes %d ms as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it('is never off by more than a quarter above one second', () => {
    const unitMs = { ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 };
    fc.assert(
      fc.property(fc.integer({ min: 1000, max: 10 ** 11 }), (ms) => {
        const [amount = '', unit = ''] = formatDuration(ms).split(' ');
        const shownMs = Number(amount) * (new Map(Object.entries(unitMs)).get(unit) ?? Number.NaN);
        expect(Math.abs(shownMs - ms) / ms).toBeLessThanOrEqual(0.25);
      }),
    );
  });
});
