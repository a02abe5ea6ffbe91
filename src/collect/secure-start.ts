import { openSync, readSync, closeSync } from 'node:fs';

/** @see getauxval(3), kernel include/uapi/linux/auxvec.h */
const AT_SECURE = 23n;
const ENTRY_BYTES = 16;
const MOST_BYTES = 4096;

/**
 * Whether the kernel started this process with more rights than its caller has: setuid, setgid, or capabilities of the file. Such a process
 * may not read its own auxv, unless it is root: where that is denied, the answer is yes. Ambient capabilities are no such start.
 */
export function isSecureStart(path = '/proc/self/auxv'): boolean {
  const bytes = Buffer.alloc(MOST_BYTES);
  let size = 0;
  try {
    const file = openSync(path, 'r');
    try {
      size = readSync(file, bytes);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EACCES';
  }
  for (let at = 0; at + ENTRY_BYTES <= size; at += ENTRY_BYTES)
    if (bytes.readBigUInt64LE(at) === AT_SECURE) return bytes.readBigUInt64LE(at + 8) !== 0n;
  return false;
}
