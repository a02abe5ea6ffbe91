import { readFileSync, statSync } from 'node:fs';

/** `because` is a sentence that begins with the path. */
export type FileText =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'refused'; readonly because: string };

/** An inspection of 100,000 descriptors. */
export const MOST_INSPECTION_BYTES = 1 << 28;

/** Reads a file that a user named, of `most` bytes at most. A FIFO or device would keep us waiting, or never end: refused. */
export function readFileText(path: string, most: number): FileText {
  try {
    const stat = statSync(path);
    if (!stat.isFile()) return { kind: 'refused', because: `${path}: it is no file` };
    if (stat.size > most)
      return { kind: 'refused', because: `${path}: it has ${stat.size} bytes, and ${most} are the most that are read` };
    return { kind: 'text', text: readFileSync(path, 'utf8') };
  } catch (error) {
    return { kind: 'refused', because: `${path}: ${error instanceof Error ? error.message : String(error)}` };
  }
}
