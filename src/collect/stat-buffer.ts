import { endianness } from 'node:os';
import type { KernelCalls } from './kernel-calls.ts';

const AT_FDCWD = -100;
/** Of `struct statx`, the same on every machine. @see statx(2), kernel include/uapi/linux/stat.h */
const [LINKS, MODE, INODE, SIZE, DEVICE_MAJOR, DEVICE_MINOR] = [16, 28, 32, 40, 136, 140];
const isLittle = endianness() === 'LE';
const out = Buffer.alloc(256);

/** What stat(2) says of a file; `device` is `8:1`, `0:9` for sockets. */
export interface FileStat {
  readonly mode: number;
  readonly links: number;
  readonly inode: string;
  readonly sizeBytes: number;
  readonly device: string;
}

/** What the kernel knows of the file at `path` without asking a server; null where the call fails. */
export function readStatAt(calls: KernelCalls, path: string): FileStat | null {
  return calls.statxAtOnce(AT_FDCWD, path, out) === 0 ? toStat() : null;
}

/** The same of a descriptor of this process. */
export function readStatOf(calls: KernelCalls, fd: number): FileStat | null {
  return calls.statxAtOnce(fd, '', out) === 0 ? toStat() : null;
}

/** The inode number of what `fd` of this process refers to, in decimal; null when statx(2) fails. */
export function readInode(calls: KernelCalls, fd: number): string | null {
  return calls.statxAtOnce(fd, '', out) === 0 ? String(u64(INODE)) : null;
}

function toStat(): FileStat {
  return {
    mode: isLittle ? out.readUInt16LE(MODE) : out.readUInt16BE(MODE),
    links: u32(LINKS),
    inode: String(u64(INODE)),
    sizeBytes: Number(u64(SIZE)),
    device: `${u32(DEVICE_MAJOR)}:${u32(DEVICE_MINOR)}`,
  };
}

function u32(at: number): number {
  return isLittle ? out.readUInt32LE(at) : out.readUInt32BE(at);
}

/** As a number where it fits: most do, and text is made of that sooner. */
function u64(at: number): bigint | number {
  if (!isLittle) return out.readBigUInt64BE(at);
  return out.readUInt32LE(at + 4) === 0 ? out.readUInt32LE(at) : out.readBigUInt64LE(at);
}
