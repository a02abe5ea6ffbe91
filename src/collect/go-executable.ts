import { closeSync, openSync, readSync } from 'node:fs';
import type { ProcessFolder } from './process-folder.ts';

const ELF_64 = 0x7f454c46;
const HEADER = 64;
const SECTION = 64;
const SECTION_NAME = '.go.buildinfo';
const MAGIC = '\u00FF Go buildinf:';
/** No linker writes as many. */
const MOST_SECTIONS = 4096;
const MOST_NAMES = 1 << 20;

/**
 * Whether a process runs a Go program: its executable has the build information that `go version` reads. Stripping leaves it. null where
 * the executable may not be read, or is not ELF of 64 bits.
 *
 * @see Go debug/buildinfo; elf(5)
 */
export function isGoExecutable(process: ProcessFolder): boolean | null {
  let fd: number;
  try {
    fd = openSync(`${process.proc.root}/${process.path()}/exe`, 'r');
  } catch {
    return null;
  }
  try {
    return hasBuildInfo((length, at) => {
      const bytes = Buffer.alloc(length);
      return bytes.subarray(0, readSync(fd, bytes, 0, length, at));
    });
  } catch {
    return null;
  } finally {
    closeSync(fd);
  }
}

type ReadAt = (length: number, at: number) => Buffer;

function hasBuildInfo(readAt: ReadAt): boolean | null {
  const header = readAt(HEADER, 0);
  if (header.length < HEADER || header.readUInt32BE(0) !== ELF_64 || header[4] !== 2) return null;
  const isLittle = header[5] === 1;
  const short = (at: number): number => (isLittle ? header.readUInt16LE(at) : header.readUInt16BE(at));
  const count = short(60);
  if (short(58) !== SECTION || count > MOST_SECTIONS) return null;
  const table = readAt(count * SECTION, longAt(header, 40, isLittle));
  const sections = Array.from({ length: Math.floor(table.length / SECTION) }, (_, at) =>
    toSection(table, at, isLittle),
  );
  const strings = sections[short(62)];
  if (strings === undefined || strings.length > MOST_NAMES) return false;
  const names = readAt(strings.length, strings.at).toString('latin1');
  return sections.some(
    ({ name, at }) =>
      names.startsWith(`${SECTION_NAME}\0`, name) && readAt(MAGIC.length, at).toString('latin1') === MAGIC,
  );
}

function toSection(table: Buffer, index: number, isLittle: boolean): { name: number; at: number; length: number } {
  const at = index * SECTION;
  return {
    name: isLittle ? table.readUInt32LE(at) : table.readUInt32BE(at),
    at: longAt(table, at + 24, isLittle),
    length: longAt(table, at + 32, isLittle),
  };
}

function longAt(bytes: Buffer, at: number, isLittle: boolean): number {
  return Number(isLittle ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at));
}
