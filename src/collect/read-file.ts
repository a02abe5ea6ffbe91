import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { whyUnread } from './why-unread.ts';

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
  const read = readFileBytes(path, most);
  return read.kind === 'refused' ? read : { kind: 'text', text: read.bytes.toString('utf8') };
}

/** The same, as bytes. */
export function readFileBytes(
  path: string,
  mostBytes: number,
): { readonly kind: 'bytes'; readonly bytes: Buffer } | Extract<FileText, { kind: 'refused' }> {
  const refuse = (because: string): Extract<FileText, { kind: 'refused' }> => ({
    kind: 'refused',
    because: `${path}: ${because}`,
  });
  try {
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    try {
      const stat = fstatSync(file);
      if (!stat.isFile()) return refuse('it is not a file');
      const most = stat.size === 0 ? Math.min(mostBytes, MOST_OF_PROC) : mostBytes;
      const bytes = stat.size > most ? null : readAtMost(file, most);
      return bytes === null
        ? refuse(
            `it has ${stat.size > most ? stat.size : `more than ${most}`} bytes, and ${most} are the most that are read`,
          )
        : { kind: 'bytes', bytes };
    } finally {
      closeSync(file);
    }
  } catch (error) {
    return { kind: 'refused', because: whyUnread(error, path) };
  }
}

/** A table of 400,000 sockets; `/proc/self/pagemap` has 256 GiB. */
const MOST_OF_PROC = 1 << 26;
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
