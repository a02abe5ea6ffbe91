import type { SavedDescriptor } from './part.ts';

/** Leaves each descriptor once: a listing of threads has a row for each of them. Rows without a number stay. */
export function withoutRepeats(rows: readonly SavedDescriptor[]): readonly SavedDescriptor[] {
  const kept: SavedDescriptor[] = [];
  const repeats = new Repeats(kept);
  let highest = -1;
  for (const row of rows) {
    const { fd, isDescriptor } = row;
    // Listings are in ascending order: such a number has not been before, and of a million rows a set costs seconds.
    if (isDescriptor && fd !== null && fd > highest) highest = fd;
    else if (!isDescriptor || repeats.has(row)) continue;
    kept.push(row);
  }
  return kept;
}

class Repeats {
  readonly #kept: readonly SavedDescriptor[];
  readonly #keys = new Set<string>();
  #taken = 0;

  constructor(kept: readonly SavedDescriptor[]) {
    this.#kept = kept;
  }

  has(row: SavedDescriptor): boolean {
    if (row.fdText === '') return false;
    for (; this.#taken < this.#kept.length; this.#taken++) {
      const before = this.#kept[this.#taken];
      if (before !== undefined) this.#keys.add(keyOf(before));
    }
    return this.#keys.has(keyOf(row));
  }
}

function keyOf({ pid, fdText, inode, target }: SavedDescriptor): string {
  return `${pid} ${fdText} ${inode} ${target}`;
}
