import {
  existsSync,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { LAYOUT_VERSION } from '../../core/bpf/layout.ts';
import type { Offsets } from '../../core/bpf/offsets.ts';
import { parseOffsets } from '../../core/bpf/parse-offsets.ts';

const NT_GNU_BUILD_ID = 3;
const MOST_BYTES = 1 << 16;

/**
 * Offsets found on this very kernel before; null where there are none that can be trusted: the file and its folder must be ours, and
 * writable by nobody else. What it says is checked all the same, by the kernel's verifier and on ourselves.
 */
export function readOffsetCache(folder: string | null): Offsets | null {
  const path = pathIn(folder);
  if (folder === null || path === null || !isOurs(folder)) return null;
  try {
    const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      const stat = fstatSync(fd);
      const isTrusted = stat.isFile() && stat.uid === process.geteuid?.() && (stat.mode & 0o022) === 0;
      return isTrusted && stat.size <= MOST_BYTES ? parseOffsets(readFileSync(fd, 'utf8')) : null;
    } finally {
      closeSync(fd);
    }
  } catch {
    return null;
  }
}

/** Keeps the offsets of this kernel. A folder that cannot be written, or is not ours, costs the next run some milliseconds. */
export function writeOffsetCache(folder: string | null, offsets: Offsets): void {
  const path = pathIn(folder);
  if (folder === null || path === null) return;
  const draft = `${path}.${process.pid}`;
  try {
    // Not the recursive one: it never ends where the file system makes no folders.
    for (const one of [dirname(folder), folder]) if (!existsSync(one)) mkdirSync(one, 0o700);
    if (isOurs(folder)) keep(draft, path, offsets);
  } catch {
    // The home of another user: nothing was written, and not even that may be looked at.
  }
}

function keep(draft: string, path: string, offsets: Offsets): void {
  try {
    writeFileSync(draft, JSON.stringify(offsets), { mode: 0o600, flag: 'wx' });
    renameSync(draft, path);
  } catch {
    rmSync(draft, { force: true });
  }
}

function isOurs(folder: string): boolean {
  try {
    const stat = lstatSync(folder);
    return stat.isDirectory() && stat.uid === process.geteuid?.() && (stat.mode & 0o022) === 0;
  } catch {
    return false;
  }
}

function pathIn(folder: string | null): string | null {
  const buildId = folder === null ? null : readBuildId();
  return folder === null || buildId === null ? null : join(folder, `walk-${LAYOUT_VERSION}-${buildId}.json`);
}

/**
 * The running kernel's build id in hex, from `/sys/kernel/notes`: ELF notes of name, description and kind, each padded to 4 bytes.
 * null where it has none.
 */
function readBuildId(): string | null {
  let notes: Buffer;
  try {
    notes = readFileSync('/sys/kernel/notes');
  } catch {
    return null;
  }
  for (let at = 0; at + 12 <= notes.length;) {
    const nameBytes = notes.readUInt32LE(at);
    const bytes = notes.readUInt32LE(at + 4);
    const from = at + 12 + ((nameBytes + 3) & ~3);
    const isGnu = notes.toString('latin1', at + 12, at + 12 + nameBytes) === 'GNU\0';
    if (isGnu && notes.readUInt32LE(at + 8) === NT_GNU_BUILD_ID) return notes.toString('hex', from, from + bytes);
    at = from + ((bytes + 3) & ~3);
  }
  return null;
}
