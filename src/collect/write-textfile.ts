import { chmodSync, closeSync, openSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Puts metrics where node_exporter's textfile collector reads them: written beside and renamed, so that no half is ever read, and readable for
 * its user. Answers null, or why it could not be written.
 */
export function writeTextfile(folder: string, text: string): string | null {
  const path = join(folder, 'fdleak.prom');
  const beside = join(folder, `.fdleak.prom.${process.pid}`);
  try {
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
