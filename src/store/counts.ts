import type { FullLook } from '../core/model/sample.ts';
import type { Rollup, Spread } from '../core/model/rollup.ts';
import type { Database } from './database.ts';
import { BrokenRow } from './row.ts';
import { addVarints, readVarints } from './varints.ts';

const PARTS = ['verdict', 'kind', 'place'] as const;

type Part = (typeof PARTS)[number];

/** The names that counts are stored under: a number each, given out when a name first occurs. */
export class Names {
  readonly #db: Database;
  readonly #ids = new Map<string, number>();
  readonly #names = new Map<number, { readonly part: Part; readonly name: string }>();

  constructor(db: Database) {
    this.#db = db;
    this.refresh();
  }

  get size(): number {
    return this.#names.size;
  }

  /** Takes back the names beyond the first `size`: a rollback has taken them from the table. */
  forgetAfter(size: number): void {
    for (const [id, { part, name }] of this.#names) {
      if (id <= size) continue;
      this.#names.delete(id);
      this.#ids.delete(`${part} ${name}`);
    }
  }

  /** Reads the table again: another process may have added names. */
  refresh(): void {
    this.#ids.clear();
    this.#names.clear();
    for (const row of this.#db.rows('SELECT id, part, name FROM names')) {
      this.#add(row.int(0), PARTS.find((part) => part === row.text(1)) ?? 'verdict', row.text(2));
    }
  }

  has(part: Part, name: string): boolean {
    return this.#ids.has(`${part} ${name}`);
  }

  idOf(part: Part, name: string): number {
    const known = this.#ids.get(`${part} ${name}`);
    if (known !== undefined) return known;
    const id = this.#names.size + 1;
    this.#db.run('INSERT INTO names (id, part, name) VALUES (?, ?, ?)', [id, part, name]);
    this.#add(id, part, name);
    return id;
  }

  nameOf(id: number): { readonly part: Part; readonly name: string } {
    const known = this.#names.get(id);
    if (known === undefined) throw new BrokenRow(`no name has the number ${id}`);
    return known;
  }

  #add(id: number, part: Part, name: string): void {
    this.#ids.set(`${part} ${name}`, id);
    this.#names.set(id, { part, name });
  }
}

/** What is counted, each by its name. */
interface ByPart<T> {
  readonly byVerdict: Readonly<Record<string, T>>;
  readonly byKind: Readonly<Record<string, T>>;
}

/** Counts as pairs of varints, name and count: `{ orphaned: 40 }` with name 3 -> `03 28`. Zeros are left out. */
export function toCountsBlob(counts: Pick<FullLook, 'byVerdict' | 'byKind'>, names: Names): Buffer {
  return toBlob<number>(counts, names, (count) => (count > 0 ? [count] : []));
}

/** The counts of one look, from pairs of varints: name, count. */
export function readCountsBlob(blob: Buffer, names: Names): Pick<FullLook, 'byVerdict' | 'byKind'> {
  return readBlob(blob, names, { width: 2, read: (varints, at) => varints[at] ?? 0 });
}

/** Four varints each: name, minimum, median above the minimum, maximum above the median. */
export function toSpreadsBlob(spreads: Pick<Rollup, 'byVerdict' | 'byKind'>, names: Names): Buffer {
  return toBlob<Spread>(spreads, names, ({ min, median, max }) => [min, median - min, max - median]);
}

export function readSpreadsBlob(blob: Buffer, names: Names): Pick<Rollup, 'byVerdict' | 'byKind'> {
  return readBlob(blob, names, {
    width: 4,
    read(varints, at) {
      const [min = 0, toMedian = 0, toMax = 0] = varints.slice(at, at + 3);
      return { min, median: min + toMedian, max: min + toMedian + toMax };
    },
  });
}

/** The number of each name, and what `write` gives of its value: where that is nothing, neither. */
function toBlob<T>({ byVerdict, byKind }: ByPart<T>, names: Names, write: (value: T) => readonly number[]): Buffer {
  const bytes: number[] = [];
  for (const [part, values] of [
    ['verdict', byVerdict],
    ['kind', byKind],
  ] as const) {
    for (const [name, value] of Object.entries(values)) {
      const written = write(value);
      if (written.length > 0) addVarints(bytes, [names.idOf(part, name), ...written]);
    }
  }
  return Buffer.from(bytes);
}

/** Every `width` varints are the number of a name and what `read` makes a value of, from `at` on. */
function readBlob<T>(
  blob: Buffer,
  names: Names,
  { width, read }: { readonly width: number; readonly read: (varints: readonly number[], at: number) => T },
): ByPart<T> {
  const byVerdict: Record<string, T> = {};
  const byKind: Record<string, T> = {};
  const varints = readVarints(blob);
  for (let at = 0; at + width <= varints.length; at += width) {
    const { part, name } = names.nameOf(varints[at] ?? 0);
    (part === 'kind' ? byKind : byVerdict)[name] = read(varints, at + 1);
  }
  return { byVerdict, byKind };
}
