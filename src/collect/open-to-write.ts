import { closeSync, constants, fstatSync, ftruncateSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

const { O_WRONLY, O_CREAT, O_EXCL, O_APPEND, O_NOFOLLOW, O_NONBLOCK, O_NOCTTY } = constants;
const OTHERS_MAY_WRITE = 0o022;

/** `fresh` replaces what is there, `new` leaves it alone and fails, `append` adds to it. */
export type WriteMode = 'fresh' | 'new' | 'append';

/**
 * Opens a file that a user named for writing. In a folder where another user could have put something in its place (`/tmp`, the home
 * of somebody else), only a regular file under one name is written, and no symbolic link is followed. Throws errors of the file system.
 */
export function openToWrite(path: string, mode: WriteMode): number {
  const isShared = isSharedFolder(dirname(path));
  const how = { fresh: 0, new: O_EXCL, append: O_APPEND }[mode];
  const file = openSync(path, O_WRONLY | O_CREAT | O_NOCTTY | how | (isShared ? O_NOFOLLOW | O_NONBLOCK : 0), 0o666);
  try {
    const stat = fstatSync(file);
    if (isShared && !(stat.isFile() && stat.nlink === 1)) {
      throw new Error(`${path}: others may write in its folder, and it is not a regular file under one name`);
    }
    if (mode === 'fresh' && stat.isFile()) ftruncateSync(file);
    return file;
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

/** Whether a user other than this one and root can put files there. A folder that is missing is for open(2) to report. */
function isSharedFolder(folder: string): boolean {
  const stat = statSync(folder, { throwIfNoEntry: false });
  if (stat === undefined) return false;
  const isOwn = stat.uid === 0 || stat.uid === process.geteuid?.();
  return !isOwn || (stat.mode & OTHERS_MAY_WRITE) !== 0;
}
