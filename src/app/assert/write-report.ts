import { appendFileSync, writeFileSync } from 'node:fs';

/** Writes a file of ours; null, or why it could not be written. `isNew`: an existing one is left alone. */
export function writeReport(path: string, text: string, { isNew = false } = {}): string | null {
  return attempt(() => writeFileSync(path, text, { flag: isNew ? 'wx' : 'w' }));
}

/** Where we run, as far as a report goes there by itself. */
export interface Surroundings {
  readonly isGithub: boolean;
  /** The file that becomes the summary of a GitHub job. */
  readonly summaryPath: string | null;
}

/** @see https://docs.github.com/actions/reference/variables-reference */
export function readSurroundings(): Surroundings {
  return {
    isGithub: process.env['GITHUB_ACTIONS'] === 'true',
    summaryPath: process.env['GITHUB_STEP_SUMMARY'] ?? null,
  };
}

export function appendSummary(path: string, text: string): string | null {
  return attempt(() => appendFileSync(path, text));
}

function attempt(write: () => void): string | null {
  try {
    write();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
