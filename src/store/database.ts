import { type Cell, Row } from './row.ts';
import type { Sqlite, SqliteStatement } from './sqlite.ts';

/** The few things the history needs of SQLite: statements are prepared once, rows come by position. */
export class Database {
  readonly #db: Sqlite;
  readonly #statements = new Map<string, SqliteStatement>();

  constructor(db: Sqlite) {
    this.#db = db;
  }

  exec(sql: string): void {
    this.#db.exec(sql);
  }

  /** How many rows changed. */
  run(sql: string, cells: readonly Cell[] = []): number {
    return this.#prepare(sql).run(cells);
  }

  /** The first row; null where there is none. A statement that runs at every tick reads with this. */
  row(sql: string, cells: readonly Cell[] = []): Row | null {
    const found = this.#prepare(sql).first(cells);
    return found === null ? null : new Row(found);
  }

  /** All rows: for a report, not for a tick. */
  rows(sql: string, cells: readonly Cell[] = []): Row[] {
    return this.#prepare(sql)
      .all(cells)
      .map((found) => new Row(found));
  }

  /** The first column of the first row; null where there is none. */
  number(sql: string, cells: readonly Cell[] = []): number | null {
    return this.row(sql, cells)?.maybeInt(0) ?? null;
  }

  /**
   * Runs `work` in a transaction that takes the write lock at once. Where anything throws, nothing of it is kept.
   * SQLite has often rolled back by itself by then (disk full): the error that counts is the first.
   */
  transaction<T>(work: () => T): T {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.#db.exec('COMMIT');
      return result;
    } catch (error) {
      if (this.#db.inTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  /** The connection may live until its statements are collected: what must reach the file goes there before. */
  close(): void {
    this.#statements.clear();
    this.#db.close();
  }

  #prepare(sql: string): SqliteStatement {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#db.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}

/** Opens a file or a `file:` URI by the binding of this runtime, loaded at the first call. Waits `busyMs` for a lock. Throws its errors. */
export async function openDatabase(path: string, busyMs: number): Promise<Database> {
  if (process.versions['bun'] !== undefined)
    return new Database((await import('./bun-sqlite.ts')).openByBun(path, busyMs));
  return new Database(await (await import('./libsql.ts')).openByLibsql(path, busyMs));
}
