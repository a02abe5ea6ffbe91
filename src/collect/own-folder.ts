import { existsSync, lstatSync, mkdirSync, type Stats } from 'node:fs';
import { dirname, join } from 'node:path';

/** Where what an earlier run found is kept: `~/.cache/fdleak`; null where there is no such place. */
export function cacheFolderIn({ XDG_CACHE_HOME: cache, HOME: home }: NodeJS.ProcessEnv): string | null {
  if (cache !== undefined && cache.startsWith('/')) return join(cache, 'fdleak');
  return home !== undefined && home.startsWith('/') ? join(home, '.cache', 'fdleak') : null;
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

/** Whether the folder is ours and writable by nobody else. */
export function isOurs(folder: string): boolean {
  try {
    const stat = lstatSync(folder);
    return stat.isDirectory() && isOursAlone(stat);
  } catch {
    return false;
  }
}

/** Whether we own it, and nobody else may write to it. */
export function isOursAlone({ uid, mode }: Stats): boolean {
  return uid === process.geteuid?.() && (mode & 0o022) === 0;
}
