import { accessSync, constants } from 'node:fs';
import { dirname } from 'node:path';
import { type HistoryFault, toHistoryFault } from './fault.ts';

const PRIMARY_CODES = new Map<number, HistoryFault['is']>([
  [5, 'locked'],
  [6, 'locked'],
  [8, 'readonly'],
  [11, 'corrupt'],
  [13, 'full'],
  [26, 'corrupt'],
]);
const CANNOT_OPEN = 14;
const IO_ERROR = 10;
const IO_ERROR_CORRUPT_FS = 8458;

/**
 * Names the fault behind an error of libsql or bun:sqlite, by the result code of SQLite. Anything but an error of SQLite is thrown
 * again: it is a bug.
 *
 * @see https://www.sqlite.org/rescode.html
 */
export function readFault(error: unknown, path: string): HistoryFault {
  const code = readResultCode(error);
  if (code === undefined || !(error instanceof Error)) throw error;
  const primary = code & 0xff;
  const because = `${error.message} (SQLite result ${code})`;
  if (code === IO_ERROR_CORRUPT_FS) return toHistoryFault('corrupt', path, because);
  if (primary === CANNOT_OPEN || primary === IO_ERROR) {
    return toHistoryFault(isWritable(dirname(path)) ? 'failed' : 'readonly', path, because);
  }
  return toHistoryFault(PRIMARY_CODES.get(primary) ?? 'failed', path, because);
}

/** libsql's constructor throws a plain error with the code at the end: `ConnectionFailed("Unable to open … x.db: 14")`. */
function readResultCode(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('rawCode' in error && typeof error.rawCode === 'number') return error.rawCode;
  if (error.name === 'SQLiteError' && 'errno' in error && typeof error.errno === 'number') return error.errno;
  const [, digits] = /: (\d+)"?\)?$/.exec(error.message) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
