import { accessSync, constants, existsSync, mkdirSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Owner } from '../core/model/history.ts';
import { type Database, openDatabase } from './database.ts';
import { type HistoryFault, readFault, toHistoryFault } from './fault.ts';
import { claim } from './ownership.ts';
import { HistoryReader } from './reader.ts';
import { DEFAULT_RETENTION, type Retention } from './retention.ts';
import { BrokenRow } from './row.ts';
import { migrate, MIGRATIONS, readSchemaVersion } from './schema.ts';
import { HistoryWriter } from './writer.ts';

/** How long a statement waits for a lock of another process: a tick must not be late for it. */
const BUSY_MS = 250;

export interface WriterOptions {
  readonly owner: Owner;
  /** Whether the process that an owner row names is still that process. */
  readonly isRunning: (owner: Owner) => boolean;
  readonly keep?: Retention;
}

export type OpenedWriter =
  | { readonly kind: 'opened'; readonly history: HistoryWriter }
  | { readonly kind: 'owned'; readonly pid: number }
  | HistoryFault;

/** `live`: false where only what reached the file itself can be read, and a log beside it cannot. */
export type OpenedReader =
  | { readonly kind: 'opened'; readonly history: HistoryReader; readonly live: boolean }
  | HistoryFault;

/**
 * Opens a history for writing, makes it where there is none, brings an older schema up to date, and claims it.
 *
 * Commits are on disk before they return (`synchronous = FULL`): a killed watch or a machine that lost power keeps them.
 */
export async function openWriter(path: string, { owner, isRunning, keep }: WriterOptions): Promise<OpenedWriter> {
  return await attempt(path, async () => {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    return await withDatabase(path, (db) =>
      claimHistory(db, path, { owner, isRunning, keep: keep ?? DEFAULT_RETENTION }),
    );
  });
}

function claimHistory(db: Database, path: string, { owner, isRunning, keep }: Required<WriterOptions>): OpenedWriter {
  if (readSchemaVersion(db) === 0) db.exec('PRAGMA auto_vacuum = INCREMENTAL');
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  const fault = toVersionFault(db, path);
  if (fault?.is === 'newer') return fault;
  migrate(db);
  const claimed = claim(db, owner, isRunning);
  if (claimed.kind === 'owned') return claimed;
  return { kind: 'opened', history: new HistoryWriter(db, path, owner, keep) };
}

/**
 * Opens a history for reading. A watch may be writing it; neither waits for the other.
 *
 * A user who may not write in the folder cannot open an idle WAL file, as SQLite would make the shared-memory file
 * there: then the file is read as it is, without its log, and `live` is false.
 *
 * @see https://www.sqlite.org/wal.html#read_only_databases
 */
export async function openReader(path: string): Promise<OpenedReader> {
  const unreadable = whyUnreadable(path);
  if (unreadable !== null) return unreadable;
  const opened = await openReaderAt(path, path, true);
  if (opened.kind === 'opened' || opened.is === 'corrupt' || opened.is === 'older' || opened.is === 'newer')
    return opened;
  return await openReaderAt(path, `${pathToFileURL(path).href}?immutable=1`, false);
}

/** null of a file that this user may read. What may not be entered may hold it all the same: that it is missing is said of ENOENT alone. */
function whyUnreadable(path: string): HistoryFault | null {
  try {
    accessSync(path, constants.R_OK);
    return null;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT') {
      return toHistoryFault(
        'missing',
        path,
        'there is no such file. Next: `ls ~/.local/state/fdleak` shows the usual ones',
      );
    }
    if (code === 'EACCES') {
      const what = existsSync(path) ? 'it may not be read' : 'a folder on its path may not be entered';
      const remedy = 'report as the user who watches, or as root';
      return toHistoryFault('failed', path, `${what} by this user (EACCES). Next: ${remedy}`);
    }
    return toHistoryFault('failed', path, String(error instanceof Error ? error.message : error));
  }
}

/** Moves a file that is corrupt out of the way, with its log: `h.db` -> `h.db.corrupt-1764000000000`. Nothing is deleted. */
export function setAside(path: string, at: number): string {
  const aside = `${path}.corrupt-${at}`;
  for (const end of ['', '-wal', '-shm']) {
    if (existsSync(path + end)) renameSync(path + end, aside + end);
  }
  return aside;
}

async function openReaderAt(path: string, location: string, live: boolean): Promise<OpenedReader> {
  return await attempt(path, () =>
    withDatabase<OpenedReader>(location, (db) => {
      db.exec('PRAGMA query_only = ON');
      return toVersionFault(db, path) ?? { kind: 'opened', history: new HistoryReader(db, path), live };
    }),
  );
}

/** Opens the file and closes it again unless `use` ends with an opened history. */
async function withDatabase<T extends { readonly kind: string }>(
  location: string,
  use: (db: Database) => T,
): Promise<T> {
  const db = await openDatabase(location, BUSY_MS);
  let kept = false;
  try {
    const result = use(db);
    kept = result.kind === 'opened';
    return result;
  } finally {
    if (!kept) db.close();
  }
}

function toVersionFault(db: Database, path: string): HistoryFault | null {
  const version = readSchemaVersion(db);
  if (version > MIGRATIONS.length) {
    return toHistoryFault('newer', path, `its schema is ${version}, this fdleak knows up to ${MIGRATIONS.length}`);
  }
  if (version < MIGRATIONS.length) {
    return toHistoryFault('older', path, `its schema is ${version}; a watch on it brings it to ${MIGRATIONS.length}`);
  }
  return null;
}

async function attempt<T>(path: string, open: () => Promise<T>): Promise<T | HistoryFault> {
  try {
    return await open();
  } catch (error) {
    if (error instanceof BrokenRow) return toHistoryFault('corrupt', path, error.message);
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM')
      return toHistoryFault('readonly', path, `${code} at its folder`);
    if (code === 'ENOSPC') return toHistoryFault('full', path, 'no space for its folder');
    if (code === 'ENOTDIR' || code === 'EEXIST') return toHistoryFault('failed', path, `${code}: its folder is a file`);
    return readFault(error, path);
  }
}
