import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/** `because` is a sentence that begins with the path. */
export type FileText =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'refused'; readonly because: string };

/** An inspection of 100,000 descriptors. */
export const MOST_INSPECTION_BYTES = 1 << 28;

/**
 * Reads a file that a user named, of `most` bytes at most. A FIFO or device would keep us waiting, or never end: refused. Files of /proc
 * and /sys have size 0 and may have no end either (`/proc/kmsg`): what counts is what is read, and nothing waits.
 */
export function readFileText(path: string, most: number): FileText {
  const refuse = (because: string): FileText => ({ kind: 'refused', because: `${path}: ${because}` });
  try {
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    try {
      const stat = fstatSync(file);
      if (!stat.isFile()) return refuse('it is not a file');
      const bytes = stat.size > most ? null : readAtMost(file, most);
      return bytes === null
        ? refuse(
            `it has ${stat.size > most ? stat.size : `more than ${most}`} bytes, and ${most} are the most that are read`,
          )
        : { kind: 'text', text: bytes.toString('utf8') };
    } finally {
      closeSync(file);
    }
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

const CHUNK_BYTES = 1 << 16;

/** null of more than `most` bytes. */
function readAtMost(file: number, most: number): Buffer | null {
  const chunks: Buffer[] = [];
  for (let size = 0; size <= most;) {
    const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, most + 1 - size));
    const count = readSync(file, chunk, 0, chunk.length, null);
    if (count === 0) return Buffer.concat(chunks);
    chunks.push(chunk.subarray(0, count));
    size += count;
  }
  return null;
}
