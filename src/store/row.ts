import type { Limit } from '../core/model/limits.ts';

/** A value SQLite can hold. */
export type Cell = number | string | Buffer | null;

/** One row of a query, read by position. A column of the wrong type is a broken file, see {@link BrokenRow}. */
export class Row {
  readonly #cells: readonly unknown[];

  constructor(cells: readonly unknown[]) {
    this.#cells = cells;
  }

  int(column: number): number {
    const cell = this.#cells[column];
    // Infinity and fractions are numbers to SQLite too.
    return typeof cell === 'number' && Number.isSafeInteger(cell) ? cell : broken(column, 'a whole number', cell);
  }

  text(column: number): string {
    const cell = this.#cells[column];
    return typeof cell === 'string' ? cell : broken(column, 'text', cell);
  }

  bytes(column: number): Buffer {
    const cell = this.#cells[column];
    if (Buffer.isBuffer(cell)) return cell;
    // As Bun gives them. Made a Buffer only here: of every row that was read, that would be most of the memory of a report.
    if (cell instanceof Uint8Array) return Buffer.from(cell.buffer, cell.byteOffset, cell.length);
    return broken(column, 'bytes', cell);
  }

  maybeInt(column: number): number | null {
    return this.isNull(column) ? null : this.int(column);
  }

  maybeText(column: number): string | null {
    return this.isNull(column) ? null : this.text(column);
  }

  maybeBytes(column: number): Buffer | null {
    return this.isNull(column) ? null : this.bytes(column);
  }

  /** Characters or bytes; 0 of a number and of NULL. */
  size(column: number): number {
    const cell = this.#cells[column];
    return typeof cell === 'string' || cell instanceof Uint8Array ? cell.length : 0;
  }

  /** Limits are stored as numbers, `unlimited` as -1. */
  limit(column: number): Limit | null {
    const value = this.maybeInt(column);
    return value === -1 ? 'unlimited' : value;
  }

  /** Also of a column that an older schema does not have. */
  isNull(column: number): boolean {
    return (this.#cells[column] ?? null) === null;
  }
}

/** `unlimited` -> -1, the way limits are stored; null stays null. */
export function toLimitCell(limit: Limit | null): number | null {
  return limit === 'unlimited' ? -1 : limit;
}

/** A value that this program never wrote. */
export class BrokenRow extends Error {}

function broken(column: number, wanted: string, found: unknown): never {
  throw new BrokenRow(`column ${column} should be ${wanted}, found ${typeof found}`);
}
