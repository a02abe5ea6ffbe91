import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readFileBytes } from './read-file.ts';

/** One saved file, whole, with the name to show for it. */
export interface SavedBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export type SavedBytesReading =
  | { readonly kind: 'read'; readonly files: readonly SavedBytes[] }
  | { readonly kind: 'refused'; readonly because: string };

/** A listing of a million lines has a tenth of it. */
const MOST_BYTES = 1 << 29;
const MOST_FILES = 20_000;
const DEEPEST = 8;

/**
 * Reads files that a user named, every file below a folder, or standard input (`-`), into memory. FIFOs and devices below a
 * folder are left out; links below it are not followed. Refuses what is larger than 512 MiB or has over 20,000 files.
 */
export function readSavedBytes(paths: readonly string[]): SavedBytesReading {
  const files: SavedBytes[] = [];
  let size = 0;
  try {
    for (const path of paths) {
      for (const file of path === '-' ? [readStandardInput()] : readPath(path)) {
        size += file.bytes.length;
        files.push(file);
        if (size > MOST_BYTES) return refused(`${path}: larger than ${MOST_BYTES >> 20} MiB`);
        if (files.length > MOST_FILES) return refused(`${path}: more than ${MOST_FILES} files`);
      }
    }
  } catch (error) {
    return refused(error instanceof Error ? error.message : String(error));
  }
  return { kind: 'read', files };
}

function refused(because: string): SavedBytesReading {
  return { kind: 'refused', because };
}

function readStandardInput(): SavedBytes {
  return { name: '-', bytes: readFileSync(0) };
}

function* readPath(path: string): Generator<SavedBytes> {
  const stat = statSync(path);
  if (stat.isDirectory()) yield* readFolder(path, 0);
  else if (!stat.isFile())
    throw new Error(`${path}: not a regular file; to read a stream: fdleak inspect --from - < ${path}`);
  else if (stat.size > MOST_BYTES) throw new Error(`${path}: larger than ${MOST_BYTES >> 20} MiB`);
  else yield readOne(path);
}

function readOne(path: string): SavedBytes {
  const read = readFileBytes(path, MOST_BYTES);
  if (read.kind === 'refused') throw new Error(read.because);
  return { name: path, bytes: read.bytes };
}

function* readFolder(folder: string, depth: number): Generator<SavedBytes> {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && depth < DEEPEST) yield* readFolder(path, depth + 1);
    else if (entry.isFile()) yield readOne(path);
  }
}
