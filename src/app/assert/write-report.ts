import { closeSync, writeFileSync } from 'node:fs';
import { openToWrite, type WriteMode } from '../../collect/open-to-write.ts';

/** Writes a file of ours; null, or why it could not be written. `isNew`: an existing one is left alone. */
export function writeReport(path: string, text: string, { isNew = false } = {}): string | null {
  return write(path, text, isNew ? 'new' : 'fresh');
}

/** Where we run, as far as a report goes there by itself. */
export interface Ci {
  readonly isGithub: boolean;
  /** The file that becomes the summary of a GitHub job. */
  readonly summaryPath: string | null;
}

/** @see https://docs.github.com/actions/reference/variables-reference */
export function readCi(): Ci {
  return {
    isGithub: process.env['GITHUB_ACTIONS'] === 'true',
    summaryPath: process.env['GITHUB_STEP_SUMMARY'] ?? null,
  };
}

/** Appends to the summary of the job on GitHub. null where that was done, else why not. */
export function appendSummary(path: string, text: string): string | null {
  return write(path, text, 'append');
}

function write(path: string, text: string, mode: WriteMode): string | null {
  try {
    const file = openToWrite(path, mode);
    try {
      writeFileSync(file, text);
    } finally {
      closeSync(file);
    }
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
