import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutToWidth, measureWidth, wrap } from '../../src/report/text/width.ts';

test.each([
  ['', 0],
  ['abc', 3],
  ['名前', 4],
  ['e\u0301', 1],
  ['✅', 2],
])('%j takes %i columns', (text, width) => {
  expect(measureWidth(text)).toBe(width);
});

test('a text that fits is not cut, a longer one ends in an ellipsis within the width', () => {
  expect(cutToWidth('abcdef', 6)).toBe('abcdef');
  expect(cutToWidth('abcdefg', 6)).toBe('abcde…');
  expect(cutToWidth('名前名前', 5)).toBe('名前…');
});

test('lines break at blanks', () => {
  expect(wrap('one two three', 8)).toEqual(['one two', 'three']);
});

test('a command in backquotes is never broken, so that it can be copied', () => {
  expect(wrap('run `prlimit --pid 4242 --nofile=4096:` now', 20)).toEqual([
    'run',
    '`prlimit --pid 4242 --nofile=4096:`',
    'now',
  ]);
});

test('no line is wider than asked, and no character gets lost', () => {
  const text = fc.string({ unit: fc.constantFrom('a', ' ', '名', 'e', '\u0301', 'long') });
  fc.assert(
    fc.property(text, fc.integer({ min: 2, max: 40 }), (text, width) => {
      const lines = wrap(text, width);

      for (const line of lines) expect(measureWidth(line)).toBeLessThanOrEqual(width);
      expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
    }),
  );
});
