import type { Cell } from './row.ts';

/** SQLite as the history needs it, by whichever binding the runtime has: libsql under Node, bun:sqlite in the single file. */
export interface Sqlite {
  readonly inTransaction: boolean;
  exec(sql: string): void;
  prepare(sql: string): SqliteStatement;
  close(): void;
}

export interface SqliteStatement {
  /** How many rows changed. */
  run(cells: readonly Cell[]): number;
  /** The first row by position; null where there is none. */
  first(cells: readonly Cell[]): readonly unknown[] | null;
  all(cells: readonly Cell[]): readonly (readonly unknown[])[];
}
