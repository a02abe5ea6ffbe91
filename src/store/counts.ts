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

/** Counts as pairs of varints, name and count: `{ orphaned: 40 }` with name 3 -> `03 28`. Zeros are left out. */
export function toCountsBlob({ byVerdict, byKind }: Pick<FullLook, 'byVerdict' | 'byKind'>, names: Names): Buffer {
  const bytes: number[] = [];
  for (const [part, counts] of [
    ['verdict', byVerdict],
    ['kind', byKind],
  ] as const) {
    for (const [name, count] of Object.entries(counts)) {
      if (count > 0) addVarints(bytes, [names.idOf(part, name), count]);
    }
  }
  return Buffer.from(bytes);
}

/** The counts of one look, from pairs of varints: name, count. */
export function readCountsBlob(blob: Buffer, names: Names): Pick<FullLook, 'byVerdict' | 'byKind'> {
  const byVerdict: Record<string, number> = {};
  const byKind: Record<string, number> = {};
  const varints = readVarints(blob);
  for (let i = 0; i + 1 < varints.length; i += 2) {
    const { part, name } = names.nameOf(varints[i] ?? 0);
    (part === 'kind' ? byKind : byVerdict)[name] = varints[i + 1] ?? 0;
  }
  return { byVerdict, byKind };
}

/** Four varints each: name, minimum, median above the minimum, maximum above the median. */
export function toSpreadsBlob({ byVerdict, byKind }: Pick<Rollup, 'byVerdict' | 'byKind'>, names: Names): Buffer {
  const bytes: number[] = [];
  for (const [part, spreads] of [
    ['verdict', byVerdict],
    ['kind', byKind],
  ] as const) {
    for (const [name, { min, median, max }] of Object.entries(spreads)) {
      addVarints(bytes, [names.idOf(part, name), min, median - min, max - median]);
    }
  }
  return Buffer.from(bytes);
}

export function readSpreadsBlob(blob: Buffer, names: Names): Pick<Rollup, 'byVerdict' | 'byKind'> {
  const byVerdict: Record<string, Spread> = {};
  const byKind: Record<string, Spread> = {};
  const varints = readVarints(blob);
  for (let i = 0; i + 3 < varints.length; i += 4) {
    const [id = 0, min = 0, toMedian = 0, toMax = 0] = varints.slice(i, i + 4);
    const { part, name } = names.nameOf(id);
    (part === 'kind' ? byKind : byVerdict)[name] = { min, median: min + toMedian, max: min + toMedian + toMax };
  }
  return { byVerdict, byKind };
}
