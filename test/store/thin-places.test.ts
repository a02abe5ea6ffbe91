import { expect, it } from 'vitest';
import { Row } from '../../src/store/row.ts';
import { latestWithin, readThinly } from '../../src/store/thin-places.ts';

const rowsOf = (count: number, blobBytes = 0): Row[] =>
  Array.from({ length: count }, (_, at) => new Row([at, Buffer.alloc(blobBytes)]));

const read = (rows: readonly Row[], places: number): { at: number; places: number | null }[] =>
  readThinly(rows, {
    read: (row, kept) => ({ at: row.int(0), places: kept ? places : null }),
    countPlaces: (one) => one.places ?? 0,
    withoutPlaces: (one) => ({ ...one, places: null }),
  });

it('keeps the places of every row where they are few', () => {
  expect(read(rowsOf(1000), 100).map(({ places }) => places)).toEqual(Array.from({ length: 1000 }, () => 100));
});

it('keeps every row, and of 50 million counts of places those of rows at even steps and of the last', () => {
  const all = read(rowsOf(10_001), 5000);
  const kept = all.filter(({ places }) => places !== null).map(({ at }) => at);
  expect(all).toHaveLength(10_001);
  expect(kept.length).toBeLessThanOrEqual(101);
  expect(kept.length).toBeGreaterThan(40);
  expect(kept.at(-1)).toBe(10_000);
});

it('takes the latest rows that fit', () => {
  expect(latestWithin(rowsOf(10, 100), [1], 350).map((row) => row.int(0))).toEqual([7, 8, 9]);
  expect(latestWithin(rowsOf(10, 100), [1], 1000)).toHaveLength(10);
});
