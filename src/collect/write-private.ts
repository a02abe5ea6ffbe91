import { closeSync, openSync, unlinkSync, writeSync } from 'node:fs';

/**
 * Writes a new file that only its owner may read; null, or why it could not be. Never replaces a file and never follows a
 * link (O_EXCL); what was written of a file that could not be finished is removed.
 */
export function writePrivate(path: string, bytes: Uint8Array): string | null {
  let fd: number;
  try {
    fd = openSync(path, 'wx', 0o600);
  } catch (error) {
    return messageOf(error);
  }
  try {
    for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at);
    return null;
  } catch (error) {
    unlinkSync(path);
    return messageOf(error);
  } finally {
    closeSync(fd);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Writes bytes to standard output; null, or why they could not be. A pipe that is full is waited for. */
export function writeStandardOutput(bytes: Uint8Array): string | null {
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(1, bytes, at);
    } catch (error) {
      const isFull = error instanceof Error && 'code' in error && error.code === 'EAGAIN';
      if (!isFull) return messageOf(error);
    }
  }
  return null;
}
