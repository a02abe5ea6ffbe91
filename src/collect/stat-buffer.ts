import { endianness } from 'node:os';
import type { KernelCalls } from './kernel-calls.ts';

const ORDER = endianness();
/** Larger than `struct stat` of any machine. */
const stat = Buffer.alloc(256);

/**
 * The inode number of what `fd` of this process refers to, in decimal; null when fstat(2) fails. `st_ino` is the 64 bits at
 * offset 8 of `struct stat` on every 64-bit machine.
 */
export function readInode(calls: KernelCalls, fd: number): string | null {
  if (calls.fstat(fd, stat) !== 0) return null;
  if (ORDER === 'BE') return String(stat.readBigUInt64BE(8));
  return stat.readUInt32LE(12) === 0 ? String(stat.readUInt32LE(8)) : String(stat.readBigUInt64LE(8));
}
