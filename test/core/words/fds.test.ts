import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatFdNumbers, formatFds, toRanges } from '../../../src/core/words/fds.ts';

test.each([
  ['none', [], ''],
  ['one', [17], 'fd 17'],
  ['two neighbours', [21, 22], 'fds 21, 22'],
  ['three neighbours', [27, 28, 29], 'fds 27-29'],
  ['a mixture, in any order', [46, 21, 22, 27, 28, 29], 'fds 21, 22, 27-29, 46'],
])('%s of the descriptors', (_, fds, shown) => {
  expect(formatFdNumbers(fds)).toBe(shown);
});

test('descriptors of a thread name their thread', () => {
  expect(
    formatFds([
      { fd: 3, tid: null },
      { fd: 17, tid: 4250 },
    ]),
  ).toBe('fds 3, 4250/17');
});

test('a long list names the first and counts the rest', () => {
  const even = Array.from({ length: 100 }, (_, n) => 2 * n);

  expect(formatFdNumbers(even, 40)).toBe('fds 0, 2, 4, 6, 8, 10 and 94 more');
});

test('ranges name every number once', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat({ max: 60 })), (numbers) => {
      const ascending = numbers.toSorted((a, b) => a - b);
      const named = toRanges(ascending).flatMap((range) => {
        const [first = 0, last = first] = range.split('-').map(Number);
        return Array.from({ length: last - first + 1 }, (_, n) => first + n);
      });

      expect(named).toEqual(ascending);
    }),
  );
});

test('shown and counted descriptors add up at any width', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.nat({ max: 20_000 }), { minLength: 1 }),
      fc.integer({ min: 20, max: 100 }),
      (fds, width) => {
        const [list = '', more = '0'] = formatFdNumbers(fds, width)
          .replace(/^fds? /, '')
          .split(' and ');
        const named = list.split(', ').reduce((count, range) => {
          const [first = 0, last = first] = range.split('-').map(Number);
          return count + last - first + 1;
        }, 0);

        expect(named + Number.parseInt(more, 10)).toBe(fds.length);
      },
    ),
  );
});
