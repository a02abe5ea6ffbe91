import {
  closeSync,
  constants,
  fstatSync,
  mkdtempSync,
  openSync,
  readSync,
  realpathSync,
  rmSync,
  statSync,
  type Stats,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { type HistoryFault, toHistoryFault } from './fault.ts';
import { whyUnreadable } from './why-unreadable.ts';

/** The most that is read of a history and its log: a watch keeps 96 MiB. */
export const MOST_HISTORY_BYTES = 1 << 28;
const CHUNK_BYTES = 1 << 20;
/** A watch that writes meanwhile moves its log into the file now and then. */
const MOST_TRIES = 3;

/** A history copied into a folder of our own. `hasLog`: false where its log may not be read by this user. */
export interface HistoryCopy {
  readonly kind: 'copied';
  readonly path: string;
  readonly hasLog: boolean;
  readonly remove: () => void;
}

/**
 * Copies a history that another user could have written, and its write-ahead log, never a rollback journal: SQLite deletes what a
 * journal names. Throws the errors of the file system.
 *
 * @see https://www.sqlite.org/fileformat2.html#the_rollback_journal (super-journal)
 */
export function copyHistory(path: string): HistoryCopy | HistoryFault {
  const { folder, remove } = makeFolder(path);
  try {
    const copied = copyInto(path, folder);
    if (copied.kind === 'fault') remove();
    return copied.kind === 'fault' ? copied : { ...copied, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/** A history where a server may never answer is copied by a helper: `ask` tells it what, and answers what it said, nothing by its deadline. */
export async function copyElsewhere(
  path: string,
  ask: (order: string) => Promise<string>,
): Promise<HistoryCopy | HistoryFault> {
  const { folder, remove } = makeFolder(path);
  const order: CopyOrder = { path: resolve(path), folder };
  const answer = await ask(JSON.stringify(order));
  const copied: CopyAnswer =
    answer === '' ? toHistoryFault('failed', path, 'its file system does not answer') : JSON.parse(answer);
  if (copied.kind === 'fault') remove();
  return copied.kind === 'fault' ? { ...copied, path } : { ...copied, remove };
}

/** The helper's part. */
export function obeyCopyOrder(text: string): string {
  const { path, folder }: CopyOrder = JSON.parse(text);
  return JSON.stringify(tryToCopy(path, folder));
}

function tryToCopy(path: string, folder: string): CopyAnswer {
  try {
    return whyUnreadable(path) ?? copyInto(realpathSync(path), folder);
  } catch (error) {
    return toHistoryFault('failed', path, error instanceof Error ? error.message : String(error));
  }
}

interface CopyOrder {
  readonly path: string;
  readonly folder: string;
}

type CopyAnswer = Omit<HistoryCopy, 'remove'> | HistoryFault;

function makeFolder(path: string): { readonly folder: string; readonly remove: () => void } {
  const folder = mkdtempSync(join(toFolderOfCopies(path), 'fdleak-report-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** The temporary folder; where there is none, as in an image from nothing, the folder of the history, if nobody else may write there. */
function toFolderOfCopies(path: string): string {
  const temporary = tmpdir();
  if (statSync(temporary, { throwIfNoEntry: false }) !== undefined) return temporary;
  const beside = dirname(resolve(path));
  const { uid, mode } = statSync(beside);
  return uid === process.getuid?.() && (mode & 0o022) === 0 ? beside : temporary;
}

function copyInto(path: string, folder: string): CopyAnswer {
  const copy = join(folder, 'history.db');
  const copied = copyBoth(path, copy);
  return copied.kind === 'fault' ? copied : { kind: 'copied', path: copy, hasLog: copied.hasLog };
}

function copyBoth(path: string, to: string): { readonly kind: 'both'; readonly hasLog: boolean } | HistoryFault {
  for (let tries = 1; ; tries += 1) {
    const source = openRegular(path);
    if (source === null) return toHistoryFault('failed', path, 'it is not a regular file');
    try {
      const before = fstatSync(source);
      if (before.size > MOST_HISTORY_BYTES) return tooLarge(path, before.size);
      copyBytes(source, to);
      const log = copyLog(`${path}-wal`, `${to}-wal`);
      if (log === 'too-large') return tooLarge(`${path}-wal`, MOST_HISTORY_BYTES);
      if (isSame(before, fstatSync(source)) || tries === MOST_TRIES) return { kind: 'both', hasLog: log !== 'denied' };
    } finally {
      closeSync(source);
    }
  }
}

function copyLog(path: string, to: string): 'copied' | 'none' | 'denied' | 'too-large' {
  rmSync(to, { force: true });
  let source: number | null;
  try {
    source = openRegular(path);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 'none' : 'denied';
  }
  if (source === null) return 'denied';
  try {
    if (fstatSync(source).size > MOST_HISTORY_BYTES) return 'too-large';
    copyBytes(source, to);
    return 'copied';
  } finally {
    closeSync(source);
  }
}

/** null for anything but a regular file. A FIFO would wait for a writer, a link may lead anywhere. */
function openRegular(path: string): number | null {
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  if (fstatSync(file).isFile()) return file;
  closeSync(file);
  return null;
}

function copyBytes(source: number, to: string): void {
  const target = openSync(to, 'w', 0o600);
  try {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    for (let at = 0; at < MOST_HISTORY_BYTES;) {
      const count = readSync(source, chunk, 0, chunk.length, at);
      if (count === 0) return;
      writeSync(target, chunk, 0, count);
      at += count;
    }
  } finally {
    closeSync(target);
  }
}

function isSame(a: Stats, b: Stats): boolean {
  return a.size === b.size && a.mtimeMs === b.mtimeMs;
}

function tooLarge(path: string, size: number): HistoryFault {
  return toHistoryFault('failed', path, `it has ${size} bytes; at most ${MOST_HISTORY_BYTES} are read`);
}
