import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/** Where what an earlier run found is kept: `~/.cache/fdleak`; null where there is no such place. */
export function cacheFolderIn({ XDG_CACHE_HOME: cache, HOME: home }: NodeJS.ProcessEnv): string | null {
  if (cache !== undefined && cache.startsWith('/')) return join(cache, 'fdleak');
  return home !== undefined && home.startsWith('/') ? join(home, '.cache', 'fdleak') : null;
}

/**
 * A file that an earlier run of ours kept; null where there is none that can be trusted: it and its folder must be ours, and writable by
 * nobody else.
 */
export function readOwn(folder: string, name: string, mostBytes: number): Buffer | null {
  if (!isOurs(folder)) return null;
  try {
    const fd = openSync(join(folder, name), constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      const stat = fstatSync(fd);
      const isTrusted = stat.isFile() && stat.uid === process.geteuid?.() && (stat.mode & 0o022) === 0;
      return isTrusted && stat.size <= mostBytes ? readFileSync(fd) : null;
    } finally {
      closeSync(fd);
    }
  } catch {
    return null;
  }
}

/** Keeps a file for the next run, whole or not at all. A folder that cannot be written, or is not ours, costs the next run some milliseconds. */
export function keepOwn(folder: string, name: string, content: Uint8Array | string): void {
  if (makeOwn(folder)) replace(join(folder, name), content);
}

/** Makes the folder where it is not there, and says whether it is ours and writable by nobody else. */
export function makeOwn(folder: string): boolean {
  try {
    // Not the recursive one: it never ends where the file system makes no folders.
    for (const one of [dirname(folder), folder]) if (!existsSync(one)) mkdirSync(one, 0o700);
    return isOurs(folder);
  } catch {
    // The home of another user: nothing was written, and not even that may be looked at.
    return false;
  }
}

function replace(path: string, content: Uint8Array | string): void {
  const draft = `${path}.${process.pid}`;
  try {
    writeFileSync(draft, content, { mode: 0o600, flag: 'wx' });
    renameSync(draft, path);
  } catch {
    try {
      rmSync(draft, { force: true });
    } catch {
      // Read-only: there is none.
    }
  }
}

function isOurs(folder: string): boolean {
  try {
    const stat = lstatSync(folder);
    return stat.isDirectory() && stat.uid === process.geteuid?.() && (stat.mode & 0o022) === 0;
  } catch {
    return false;
  }
}
