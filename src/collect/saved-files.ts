import { closeSync, constants, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readFileBytes } from './read-file.ts';
import { whyUnread } from './why-unread.ts';

/** One saved file with the name to show for it. */
export interface SavedBytes {
  readonly name: string;
  /** All of it, or the beginning of a large one. */
  readonly bytes: Uint8Array;
  /** What follows, in pieces, once; null where that was all. Throws a `SavedFileError` where it cannot be read. */
  readonly more: Iterable<Uint8Array> | null;
}

/** A saved file that could not be read, or not to its end; the message names it. */
export class SavedFileError extends Error {}

export type SavedBytesReading =
  | { readonly kind: 'read'; readonly files: readonly SavedBytes[] }
  | { readonly kind: 'refused'; readonly because: string };

/** A listing of a million lines has a tenth of it. */
const MOST_BYTES = 1 << 29;
/** More is not kept: it is read as it is looked at. */
const LARGE_BYTES = 1 << 22;
const PIECE_BYTES = 1 << 18;
const MOST_FILES = 20_000;
const DEEPEST = 8;

/**
 * Reads files that a user named, every file below a folder, or standard input (`-`), large ones in pieces. FIFOs and devices below
 * a folder are left out; links below it are not followed. Refuses what is larger than 512 MiB or has over 20,000 files.
 */
export function readSavedBytes(paths: readonly string[]): SavedBytesReading {
  const files: SavedBytes[] = [];
  let size = 0;
  try {
    for (const path of paths) {
      for (const file of path === '-' ? [readStandardInput()] : readPath(path)) {
        size += file.more === null || path === '-' ? file.bytes.length : statSync(file.name).size;
        files.push(file);
        if (size > MOST_BYTES) return refused(`${path}: larger than ${MOST_BYTES >> 20} MiB`);
        if (files.length > MOST_FILES) return refused(`${path}: more than ${MOST_FILES} files`);
      }
    }
  } catch (error) {
    return refused(error instanceof SavedFileError ? error.message : whyUnread(error, paths.join(', ')));
  }
  return { kind: 'read', files };
}

function refused(because: string): SavedBytesReading {
  return { kind: 'refused', because };
}

/** A file whole, whatever its size. */
export function toWhole({ name, bytes, more }: SavedBytes): SavedBytes {
  return more === null ? { name, bytes, more } : { name, bytes: Buffer.concat([bytes, ...more]), more: null };
}

function readStandardInput(): SavedBytes {
  return readBegin('-', 0, () => undefined);
}

/** Reads the beginning of an open file; `close` is called at its end. */
function readBegin(path: string, file: number, close: () => void): SavedBytes {
  const chunks: Uint8Array[] = [];
  const pieces = readPieces(path, file, close);
  for (let size = 0; size < LARGE_BYTES;) {
    const next = pieces.next();
    if (next.done === true) return { name: path, bytes: Buffer.concat(chunks), more: null };
    chunks.push(next.value);
    size += next.value.length;
  }
  return { name: path, bytes: Buffer.concat(chunks), more: pieces };
}

function* readPieces(path: string, file: number, close: () => void): Generator<Uint8Array, void> {
  try {
    for (let size = 0; ;) {
      const piece = Buffer.allocUnsafeSlow(PIECE_BYTES);
      const count = readSync(file, piece, 0, piece.length, null);
      if (count === 0) return;
      size += count;
      if (size > MOST_BYTES) throw new SavedFileError(`${path}: larger than ${MOST_BYTES >> 20} MiB`);
      yield piece.subarray(0, count);
    }
  } catch (error) {
    throw error instanceof SavedFileError ? error : new SavedFileError(`${path}: ${String(error)}`, { cause: error });
  } finally {
    close();
  }
}

function* readPath(path: string): Generator<SavedBytes> {
  const stat = statSync(path);
  if (stat.isDirectory()) yield* readFolder(path, 0);
  else if (!stat.isFile())
    throw new SavedFileError(`${path}: not a regular file; to read a stream: fdleak inspect --from - < ${path}`);
  else if (stat.size > MOST_BYTES) throw new SavedFileError(`${path}: larger than ${MOST_BYTES >> 20} MiB`);
  else yield readOne(path);
}

function readOne(path: string): SavedBytes {
  if (statSync(path).size > LARGE_BYTES) {
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    return readBegin(path, file, () => closeSync(file));
  }
  const read = readFileBytes(path, MOST_BYTES);
  if (read.kind === 'refused') throw new SavedFileError(read.because);
  return { name: path, bytes: read.bytes, more: null };
}

function* readFolder(folder: string, depth: number): Generator<SavedBytes> {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && depth < DEEPEST) yield* readFolder(path, depth + 1);
    else if (entry.isFile()) yield readOne(path);
  }
}
