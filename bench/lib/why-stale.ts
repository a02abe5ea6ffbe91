import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Why a file should not be measured: it is missing, or older than something in the folders that it is made of; null of one that is neither. */
export function whyStale(file: string, folders: readonly string[]): string | null {
  if (!existsSync(file)) return `there is no ${file}`;
  const madeMs = statSync(file).mtimeMs;
  const newer = folders.flatMap(listFiles).find((path) => statSync(path).mtimeMs > madeMs);
  return newer === undefined ? null : `${file}, made ${new Date(madeMs).toISOString()}, is older than ${newer}`;
}

function listFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
