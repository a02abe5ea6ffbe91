import {
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  lstatSync,
  mkdirSync,
  openSync,
  realpathSync,
  type Stats,
  statSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type HistoryFault, toHistoryFault } from './fault.ts';

/** What SQLite keeps beside a database. `-journal` is never ours: a history has a write-ahead log. */
const COMPANIONS = ['-wal', '-shm', '-journal'] as const;
const OTHERS_MAY_WRITE = 0o022;

/** A file that may be written: which it is, so that another in its place is noticed. */
export interface OwnFile {
  readonly kind: 'own';
  /** Without symbolic links. */
  readonly path: string;
  readonly identity: string;
}

/** `2049:131587`: device and inode; null where there is no file. */
export function readFileIdentity(path: string): string | null {
  const stat = lstatSync(path, { throwIfNoEntry: false, bigint: true });
  return stat === undefined ? null : `${stat.dev}:${stat.ino}`;
}

/** Why what is written to it would be lost; null while it is where it was. */
export function whyLost({ path, identity }: OwnFile): string | null {
  try {
    const found = readFileIdentity(path);
    if (found === null) return 'the file was removed';
    return found === identity ? null : 'another file is in its place';
  } catch {
    // A folder on the way that may not be looked into says nothing of the file.
    return null;
  }
}

/**
 * Makes `path` ready to be written by SQLite: an empty file of mode 0600 in a folder of mode 0700 where there is none, whatever the
 * umask. What another user could have put there is refused: a symbolic link in a folder that is not ours alone, a file or folder of
 * another user, a second name of a file. Throws the errors of the file system.
 */
export function claimFile(path: string): OwnFile | HistoryFault {
  const folder = makeFolder(dirname(path));
  const refuse = (because: string): HistoryFault =>
    toHistoryFault('failed', path, `${because}. Next: --history in a folder of your own`);
  const stat = statSync(folder);
  if (!isOurs(stat) && stat.uid !== 0) return refuse(`its folder belongs to user ${stat.uid}, who could replace it`);
  const isPrivate = isOursAlone(stat);
  const named = join(folder, basename(path));
  // Someone's own link in a folder of his own is his wish.
  const full = isPrivate && existsSync(named) ? realpathSync(named) : named;
  for (const end of ['', ...COMPANIONS]) {
    const because = whyStrange(full + end);
    if (because !== null)
      return refuse(`${end === '' ? 'it' : `the file ${basename(full)}${end} beside it`} ${because}`);
  }
  if (!isPrivate && existsSync(`${full}-journal`)) return refuse(`a rollback journal lies beside it`);
  const identity = readFileIdentity(full) ?? makeFile(full);
  return { kind: 'own', path: full, identity };
}

/** Whether nobody but this user and root can change what is in the folder of `path`, or the file itself. */
export function isOwnHistory(path: string, stat: Stats): boolean {
  return isOurs(stat) && isOursAlone(statSync(dirname(path))) && !existsSync(`${path}-journal`);
}

function whyStrange(path: string): string | null {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return null;
  if (stat.isSymbolicLink()) return 'is a symbolic link, in a folder that others may write';
  if (!stat.isFile()) return 'is not a regular file';
  if (!isOurs(stat)) return `belongs to user ${stat.uid}`;
  return stat.nlink > 1 ? `is one file under ${stat.nlink} names` : null;
}

function isOurs({ uid }: Stats): boolean {
  return uid === process.geteuid?.();
}

function isOursAlone(folder: Stats): boolean {
  return (isOurs(folder) || folder.uid === 0) && (folder.mode & OTHERS_MAY_WRITE) === 0;
}

/** The real path of the folder; one that is made gets mode 0700. */
function makeFolder(folder: string): string {
  if (makeMissing(folder)) {
    // The umask may have taken even the owner's rights.
    const opened = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY);
    fchmodSync(opened, 0o700);
    closeSync(opened);
  }
  return realpathSync(folder);
}

/**
 * Whether the folder was made, with those above it. Where the file system makes none it says ENOENT of a folder whose parent is there, as
 * /proc does; the recursive mkdir of Node tries that for ever.
 */
function makeMissing(folder: string): boolean {
  try {
    mkdirSync(folder, 0o700);
    return true;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EEXIST' && statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return false;
    if (code !== 'ENOENT' || existsSync(dirname(folder))) throw error;
    makeMissing(dirname(folder));
    mkdirSync(folder, 0o700);
    return true;
  }
}

function makeFile(path: string): string {
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  const file = openSync(path, flags, 0o600);
  try {
    fchmodSync(file, 0o600);
  } finally {
    closeSync(file);
  }
  return readFileIdentity(path) ?? '';
}
