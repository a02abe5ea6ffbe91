import { chmodSync, closeSync, lstatSync, openSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * Puts metrics where node_exporter's textfile collector reads them: written beside and renamed, so that no half is ever read, and readable for
 * its user. Answers null, or why it could not be written.
 */
export function writeTextfile(path: string, text: string): string | null {
  const beside = join(dirname(path), `.${basename(path)}.${process.pid}`);
  try {
    // Renamed over /dev/full or /dev/stdout, it would take their place.
    if (lstatSync(path, { throwIfNoEntry: false })?.isFile() === false) return `${path} is not a regular file`;
    // One that was killed leaves it behind, and in a container the next has the same pid.
    rmSync(beside, { force: true });
    // `wx`: nothing that somebody put there under this name is written through.
    const file = openSync(beside, 'wx', 0o644);
    try {
      writeFileSync(file, text);
      chmodSync(beside, 0o644);
    } finally {
      closeSync(file);
    }
    renameSync(beside, path);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The file that was named, or the one of this name in the folder that was. */
export function toTextfilePath(path: string, name: string): string {
  try {
    return statSync(path).isDirectory() ? join(path, name) : path;
  } catch {
    // It is not there yet, or may not be seen: writing says why.
    return path;
  }
}
