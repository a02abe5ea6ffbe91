import { existsSync, realpathSync, renameSync, statSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { Owner } from '../core/model/history.ts';
import { type Database, openDatabase } from './database.ts';
import { type HistoryFault, toHistoryFault } from './fault.ts';
import { readFault } from './read-fault.ts';
import { copyElsewhere, copyHistory, type HistoryCopy, MOST_HISTORY_BYTES } from './foreign-copy.ts';
import { claimFile, isOwnHistory, type OwnFile, readFileIdentity } from './own-file.ts';
import { claim } from './ownership.ts';
import { HistoryReader } from './reader.ts';
import { DEFAULT_RETENTION, type Retention } from './retention.ts';
import { BrokenRow } from './row.ts';
import { migrate, MIGRATIONS, readSchemaVersion } from './schema.ts';
import { findFlaw } from './soundness.ts';
import { whyUnreadable } from './why-unreadable.ts';
import { HistoryWriter } from './writer.ts';

/** How long a statement waits for a lock of another process: a tick must not be late for it. */
const BUSY_MS = 250;

/** A cache of 32 KiB in place of 2 MB. What was set aside for the first pages, 87 KB, goes only once the cache is empty. */
const SPARING = 'PRAGMA synchronous = NORMAL; PRAGMA cache_size = -32; PRAGMA shrink_memory';

export interface WriterOptions {
  readonly owner: Owner;
  /** Whether the process that an owner row names is still that process. */
  readonly isRunning: (owner: Owner) => boolean;
  readonly keep?: Retention;
  /** One history of many; left out: it is the only one. */
  readonly isOfMany?: boolean;
}

export type OpenedWriter =
  /** `isNew`: there was nothing in it. */
  | { readonly kind: 'opened'; readonly history: HistoryWriter; readonly isNew: boolean }
  | { readonly kind: 'owned'; readonly pid: number }
  | HistoryFault;

/** `live`: false where only what reached the file itself can be read, and a log beside it cannot. */
export type OpenedReader =
  | { readonly kind: 'opened'; readonly history: HistoryReader; readonly live: boolean }
  | HistoryFault;

/**
 * Opens a history for writing, makes it where there is none, brings an older schema up to date, and claims it.
 *
 * A killed watch keeps its commits. Those of one history are on disk before they return (`synchronous = FULL`), so that a machine that lost
 * power keeps them as well; of many that would cost half as much again as their looks (0.2 ms each time), and the last seconds may be lost.
 */
export async function openWriter(path: string, options: WriterOptions): Promise<OpenedWriter> {
  return await attempt(path, async () => {
    const file = claimFile(path);
    if (file.kind === 'fault') return file;
    return await withDatabase<OpenedWriter>(file.path, async (db) => {
      harden(db);
      if (readFileIdentity(file.path) !== file.identity) {
        return toHistoryFault('failed', path, 'another file is in its place');
      }
      return await claimHistory(db, file, options);
    });
  });
}

async function claimHistory(
  db: Database,
  file: OwnFile,
  { owner, isRunning, keep = DEFAULT_RETENTION, isOfMany = false }: WriterOptions,
): Promise<OpenedWriter> {
  db.exec(isOfMany ? SPARING : 'PRAGMA synchronous = FULL');
  const version = readSchemaVersion(db);
  if (version > MIGRATIONS.length || version < 0) return toVersionFault(version, file.path);
  if (version > 0) {
    const flaw = await findFlaw(db, version);
    if (flaw !== null) return toHistoryFault(flaw.is, file.path, flaw.because);
  } else if (db.number('SELECT count(*) FROM sqlite_schema') !== 0) {
    return toHistoryFault(
      'failed',
      file.path,
      'it is the database of another program. Next: give --history another path',
    );
  }
  if (version === 0) db.exec('PRAGMA auto_vacuum = INCREMENTAL');
  db.exec('PRAGMA journal_mode = WAL');
  migrate(db);
  const claimed = claim(db, owner, isRunning);
  if (claimed.kind === 'owned') return claimed;
  return { kind: 'opened', history: new HistoryWriter(db, file, owner, keep), isNew: version === 0 };
}

/**
 * Opens a history for reading. A watch may be writing it; neither waits for the other. The file, its log and their folder stay as they
 * are: one that is ours is read where it is, one that another user could have written is copied first. `askHelper` is given where a
 * file system may never answer: then a helper copies it, whosever it is.
 *
 * @see https://www.sqlite.org/wal.html#read_only_databases
 */
export async function openReader(
  path: string,
  askHelper: ((order: string) => Promise<string>) | null = null,
): Promise<OpenedReader> {
  if (askHelper !== null) return await attempt(path, async () => openCopy(path, await copyElsewhere(path, askHelper)));
  const unreadable = whyUnreadable(path);
  if (unreadable !== null) return unreadable;
  return await attempt(path, async () => {
    const full = realpathSync(path);
    const stat = statSync(full);
    if (!stat.isFile()) return toHistoryFault('failed', path, 'it is not a regular file');
    if (stat.size > MOST_HISTORY_BYTES) {
      return toHistoryFault('failed', path, `it has ${stat.size} bytes; at most ${MOST_HISTORY_BYTES} are read`);
    }
    // Files of /proc have no size, and some of them no end.
    if (stat.size === 0 || !isOwnHistory(full, stat)) return await openCopy(path, copyHistory(full));
    // Without a log beside it SQLite would make one, and the file holds all there is.
    const how = existsSync(`${full}-wal`) ? 'mode=ro' : 'immutable=1';
    const opened = await openReaderAt(path, `${pathToFileURL(full).href}?${how}`, { live: true });
    return opened.kind === 'fault' && opened.is !== 'corrupt' && opened.is !== 'older' && opened.is !== 'newer'
      ? await openCopy(path, copyHistory(full))
      : opened;
  });
}

async function openCopy(path: string, copy: HistoryCopy | HistoryFault): Promise<OpenedReader> {
  if (copy.kind === 'fault') return { ...copy, path };
  const opened = await openReaderAt(path, copy.path, { live: copy.hasLog, onClose: copy.remove, file: copy.path });
  if (opened.kind === 'fault') copy.remove();
  return opened;
}

/** Moves a file out of the way, with its log: `h.db` -> `h.db.corrupt-1764000000000`. Nothing is deleted. */
export function setAside(path: string, at: number, why: 'corrupt' | 'ahead' = 'corrupt'): string {
  const aside = `${path}.${why}-${at}`;
  for (const end of ['', '-wal', '-shm', '-journal']) {
    if (existsSync(path + end)) renameSync(path + end, aside + end);
  }
  return aside;
}

interface ReaderOptions {
  readonly live: boolean;
  readonly onClose?: () => void;
  /** What is read in its place. */
  readonly file?: string;
}

async function openReaderAt(
  path: string,
  location: string,
  { live, onClose = () => undefined, file = path }: ReaderOptions,
): Promise<OpenedReader> {
  return await attempt(path, () =>
    withDatabase<OpenedReader>(location, async (db) => {
      db.exec('PRAGMA query_only = ON');
      harden(db);
      const version = readSchemaVersion(db);
      // An older schema is read as it is: what it lacks is not known.
      if (version <= 0 || version > MIGRATIONS.length) return toVersionFault(version, path);
      const flaw = await findFlaw(db, version);
      if (flaw !== null) return toHistoryFault(flaw.is, path, flaw.because);
      return { kind: 'opened', history: new HistoryReader(db, path, { onClose, file }), live };
    }),
  );
}

/** What a file says of itself is data: no function in its schema is run, no page is taken on trust. */
function harden(db: Database): void {
  db.exec('PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0');
}

/** Opens the file and closes it again unless `use` ends with an opened history. */
async function withDatabase<T extends { readonly kind: string }>(
  location: string,
  use: (db: Database) => Promise<T>,
): Promise<T> {
  const db = await openDatabase(location, BUSY_MS);
  let kept = false;
  try {
    const result = await use(db);
    kept = result.kind === 'opened';
    return result;
  } finally {
    if (!kept) db.close();
  }
}

function toVersionFault(version: number, path: string): HistoryFault {
  return version > MIGRATIONS.length || version < 0
    ? toHistoryFault('newer', path, `its schema is ${version}; this fdleak knows up to ${MIGRATIONS.length}`)
    : toHistoryFault('older', path, 'it has no history yet');
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
    if (typeof code === 'string' && /^E[A-Z0-9]+$/.test(code))
      return toHistoryFault('failed', path, `${code} at its folder`);
    return readFault(error, path);
  }
}
