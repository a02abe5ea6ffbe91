import { createRequire } from 'node:module';
import type { Cell } from './row.ts';
import type { Sqlite } from './sqlite.ts';

/** The part of `bun:sqlite` that is used. @see https://bun.sh/docs/api/sqlite */
interface BunSqlite {
  readonly Database: new (path: string, flags: number) => BunDatabase;
  readonly constants: Readonly<Record<'SQLITE_OPEN_READWRITE' | 'SQLITE_OPEN_CREATE' | 'SQLITE_OPEN_URI', number>>;
}

interface BunDatabase {
  readonly inTransaction: boolean;
  run(sql: string): unknown;
  prepare(sql: string): BunStatement;
  close(throwOnError: boolean): void;
}

interface BunStatement {
  run(...cells: Cell[]): { readonly changes: number };
  values(...cells: Cell[]): unknown[][];
}

/** Opens a file or a `file:` URI by the SQLite inside Bun. Waits `busyMs` for a lock. Throws its errors. */
export function openByBun(path: string, busyMs: number): Sqlite {
  const { Database, constants }: BunSqlite = createRequire(import.meta.url)('bun:sqlite');
  const { SQLITE_OPEN_READWRITE, SQLITE_OPEN_CREATE, SQLITE_OPEN_URI } = constants;
  const db = new Database(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_URI);
  db.run(`PRAGMA busy_timeout = ${busyMs}`);
  return {
    get inTransaction() {
      return db.inTransaction;
    },
    exec: (sql) => void db.run(sql),
    prepare(sql) {
      const statement = db.prepare(sql);
      return {
        run: (cells) => statement.run(...cells).changes,
        first: (cells) => statement.values(...cells)[0] ?? null,
        all: (cells) => statement.values(...cells),
      };
    },
    close: () => db.close(false),
  };
}
