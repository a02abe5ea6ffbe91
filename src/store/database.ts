import type LibsqlDatabase from 'libsql';
import { type Cell, Row } from './row.ts';

/** The few things the history needs of SQLite: statements are prepared once, rows come by position. */
export class Database {
  readonly #db: LibsqlDatabase.Database;
  readonly #statements = new Map<string, LibsqlDatabase.Statement>();

  constructor(db: LibsqlDatabase.Database) {
    this.#db = db;
  }

  exec(sql: string): void {
    this.#db.exec(sql);
  }

  /** How many rows changed. */
  run(sql: string, cells: readonly Cell[] = []): number {
    return this.#prepare(sql).run([...cells]).changes;
  }

  /** The first row; null where there is none. A statement that runs at every tick reads with this. */
  row(sql: string, cells: readonly Cell[] = []): Row | null {
    const found = this.#prepare(sql)
      .raw()
      .get([...cells]);
    return Array.isArray(found) ? new Row(found) : null;
  }

  /** All rows. libsql 0.5.29 keeps about 1 kB for good at each call, whatever the rows: fine for a report, not for a tick. */
  rows(sql: string, cells: readonly Cell[] = []): Row[] {
    return this.#prepare(sql)
      .raw()
      .all([...cells])
      .map((cells) => new Row(Array.isArray(cells) ? cells : []));
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

  /** libsql keeps the connection until its statements are collected: what must reach the file goes there before. */
  close(): void {
    this.#statements.clear();
    this.#db.close();
  }

  #prepare(sql: string): LibsqlDatabase.Statement {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#db.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}

/** Opens a file or a `file:` URI; libsql is loaded at the first call. Waits `busyMs` for a lock. Throws libsql's errors. */
export async function openDatabase(path: string, busyMs: number): Promise<Database> {
  const { default: Libsql } = await import('libsql');
  return new Database(new Libsql(path, { timeout: busyMs }));
}
