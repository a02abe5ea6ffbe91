import { expect, it } from 'vitest';
import { groupBy } from '../../src/core/group-by.ts';

it('keeps keys, and the rows of each, in the order in which they come', () => {
  const rows = new Set(['pear', 'fig', 'plum', 'date', 'kiwi']);

  expect([...groupBy(rows, ({ length }) => length)]).toEqual([
    [4, ['pear', 'plum', 'date', 'kiwi']],
    [3, ['fig']],
  ]);
});

it('has no group of no rows', () => {
  expect(groupBy([], String).size).toBe(0);
});
