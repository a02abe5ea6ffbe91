import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { isOurs, isOursAlone, makeOwn } from './own-folder.ts';

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
      return stat.isFile() && isOursAlone(stat) && stat.size <= mostBytes ? readFileSync(fd) : null;
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

/** Deletes what was not written or read since that moment and has a name that `isDue`: of ours alone, as for reading. */
export function dropOwn(folder: string, beforeMs: number, isDue: (name: string) => boolean): void {
  if (!isOurs(folder)) return;
  try {
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      const stat = lstatSync(path);
      if (stat.isFile() && isOursAlone(stat) && Math.max(stat.mtimeMs, stat.atimeMs) < beforeMs && isDue(name))
        unlinkSync(path);
    }
  } catch {
    // Read-only, or another run deletes as well: the next to keep something goes on.
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
