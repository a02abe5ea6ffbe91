import { closeSync, openSync } from 'node:fs';
import type { Sqlite } from './sqlite.ts';

/**
 * Opens a file or a `file:` URI by libsql. Waits `busyMs` for a lock. Throws libsql's errors.
 *
 * libsql 0.5.29 keeps about 1 kB for good at each `all`, whatever the rows: fine for a report, not for a tick. It keeps the connection
 * until its statements are collected.
 */
export async function openByLibsql(path: string, busyMs: number): Promise<Sqlite> {
  const { default: Libsql } = await import('libsql');
  needDescriptors();
  const db = new Libsql(path, { timeout: busyMs });
  return {
    get inTransaction() {
      return db.inTransaction;
    },
    exec: (sql) => void db.exec(sql),
    prepare(sql) {
      const statement = db.prepare(sql);
      return {
        run: (cells) => statement.run([...cells]).changes,
        first: (cells) => toCells(statement.raw().get([...cells])),
        all: (cells) =>
          statement
            .raw()
            .all([...cells])
            .map((row) => toCells(row) ?? []),
      };
    },
    close: () => void db.close(),
  };
}

/** It holds seven, the file and its log among them. */
const NEEDED = 8;

/**
 * Where its runtime gets no descriptor, libsql aborts the process: that is to be an error of ours before.
 *
 * @see tokio/src/signal/unix.rs
 */
function needDescriptors(): void {
  const held: number[] = [];
  try {
    while (held.length < NEEDED) held.push(openSync('/', 'r'));
  } finally {
    for (const fd of held) closeSync(fd);
  }
}

function toCells(row: unknown): readonly unknown[] | null {
  return Array.isArray(row) ? row : null;
}
