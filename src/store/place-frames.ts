import { OTHER_PLACES } from '../core/history/place-counts.ts';
import type { Counts, FullLook } from '../core/model/sample.ts';
import type { Rollup, Spread } from '../core/model/rollup.ts';
import type { Names } from './counts.ts';
import { addVarints, readVarints } from './varints.ts';

/** A history names so many places; what comes later counts among the rest. */
const MOST_NAMES = 5000;
const KEY = 1;
const CHANGE = 0;

type Places = Pick<FullLook, 'byPlace' | 'moved'>;

/**
 * Places sample by sample: the first look of an interval of ten minutes is whole, the others hold what changed since the look before. A blob is
 * varints: 1 for a whole look, else 0, then name, open, opened and closed of each place.
 */
export class PlaceWriter {
  #before: Counts | null = null;
  #interval = -1;

  /** The next look is whole again: what was written last is not in the file. */
  restart(): void {
    this.#before = null;
  }

  toBlob({ byPlace, moved }: Places, interval: number, names: Names): Buffer | null {
    if (byPlace === null) return null;
    const before = this.#interval === interval ? this.#before : null;
    const changed = [...new Set([...Object.keys(byPlace), ...Object.keys(before ?? {}), ...Object.keys(moved)])].filter(
      (place) => before === null || before[place] !== byPlace[place] || place in moved,
    );
    const sums = new Map<number, number[]>();
    for (const place of changed) {
      const [opened, closed] = moved[place] ?? [0, 0];
      add(sums, idOf(names, place), [byPlace[place] ?? 0, opened, closed]);
    }
    const bytes: number[] = [before === null ? KEY : CHANGE];
    for (const [id, sum] of sums) addVarints(bytes, [id, ...sum]);
    this.#before = byPlace;
    this.#interval = interval;
    return Buffer.from(bytes);
  }
}

/** Reads what a {@link PlaceWriter} wrote, in its order, from a whole look on: before one, places are not known. */
export class PlaceReader {
  #open: Map<string, number> | null = null;

  /** What was open is left out, as unknown, where it is not `kept`. */
  read(blob: Buffer | null, names: Names, kept = true): Places {
    if (blob === null) return { byPlace: null, moved: {} };
    const [kind, ...varints] = readVarints(blob);
    const open = kind === KEY ? new Map<string, number>() : this.#open;
    const moved: Record<string, [number, number]> = {};
    for (let i = 0; i + 3 < varints.length; i += 4) {
      const [id = 0, count = 0, opened = 0, closed = 0] = varints.slice(i, i + 4);
      const { name } = names.nameOf(id);
      if (count === 0) open?.delete(name);
      else open?.set(name, count);
      if (opened + closed > 0) moved[name] = [opened, closed];
    }
    this.#open = open;
    return { byPlace: open === null || !kept ? null : Object.fromEntries(open), moved };
  }
}

/** Six varints for each place of a roll-up: name, minimum, median above it, maximum above that, opened, closed. */
export function toPlaceSpreadsBlob({ byPlace, moved }: Pick<Rollup, 'byPlace' | 'moved'>, names: Names): Buffer | null {
  if (byPlace === null) return null;
  const sums = new Map<number, number[]>();
  for (const place of new Set([...Object.keys(byPlace), ...Object.keys(moved)])) {
    const { min, median, max } = byPlace[place] ?? { min: 0, median: 0, max: 0 };
    add(sums, idOf(names, place), [min, median - min, max - median, ...(moved[place] ?? [0, 0])]);
  }
  const bytes: number[] = [];
  for (const [id, sum] of sums) addVarints(bytes, [id, ...sum]);
  return Buffer.from(bytes);
}

export function readPlaceSpreadsBlob(blob: Buffer | null, names: Names): Pick<Rollup, 'byPlace' | 'moved'> {
  if (blob === null) return { byPlace: null, moved: {} };
  const byPlace: Record<string, Spread> = {};
  const moved: Record<string, [number, number]> = {};
  const varints = readVarints(blob);
  for (let i = 0; i + 5 < varints.length; i += 6) {
    const [id = 0, min = 0, toMedian = 0, toMax = 0, opened = 0, closed = 0] = varints.slice(i, i + 6);
    const { name } = names.nameOf(id);
    byPlace[name] = { min, median: min + toMedian, max: min + toMedian + toMax };
    if (opened + closed > 0) moved[name] = [opened, closed];
  }
  return { byPlace, moved };
}

function idOf(names: Names, place: string): number {
  return names.idOf('place', names.size < MOST_NAMES || names.has('place', place) ? place : OTHER_PLACES);
}

/** Places that share the name of the rest are added up. */
function add(sums: Map<number, number[]>, id: number, values: readonly number[]): void {
  const sum = sums.get(id);
  sums.set(
    id,
    values.map((value, i) => value + (sum?.[i] ?? 0)),
  );
}
