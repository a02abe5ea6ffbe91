import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The repository. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A text of the repository, by its path from the top. */
export function readText(path: string): string {
  return readFileSync(`${ROOT}${path}`, 'utf8');
}
