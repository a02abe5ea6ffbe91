import type { Row } from './row.ts';

/** Counts of places that are held at once: 5,000 places in 100,000 samples took 2 GB. */
const MOST_HELD = 500_000;

interface Thinning<T> {
  /** Reads one row; places are left out, as unknown, where they are not `kept`. */
  readonly read: (row: Row, kept: boolean) => T;
  readonly countPlaces: (one: T) => number;
  readonly withoutPlaces: (one: T) => T;
}

/** Reads rows with their places; where those would be too many, with those of every second row, or fourth, and of the last. */
export function readThinly<T>(rows: readonly Row[], { read, countPlaces, withoutPlaces }: Thinning<T>): T[] {
  const all: T[] = [];
  let every = 1;
  let held = 0;
  for (const [index, row] of rows.entries()) {
    const one = read(row, index % every === 0 || index === rows.length - 1);
    all.push(one);
    held += countPlaces(one);
    if (held <= MOST_HELD) continue;
    every *= 2;
    held = 0;
    for (const [before, thinned] of all.entries()) {
      if (before % every !== 0) all[before] = withoutPlaces(thinned);
      else held += countPlaces(thinned);
    }
  }
  return all;
}

/** Of rows in the order of time the latest of which these columns have so many bytes together. */
export function latestWithin(rows: readonly Row[], columns: readonly number[], mostBytes: number): readonly Row[] {
  let bytes = 0;
  for (let index = rows.length - 1; index >= 0; index -= 1) {
    for (const column of columns) bytes += rows[index]?.size(column) ?? 0;
    if (bytes > mostBytes) return rows.slice(index + 1);
  }
  return rows;
}
