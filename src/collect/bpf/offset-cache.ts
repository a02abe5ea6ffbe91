import { readFileSync } from 'node:fs';
import { LAYOUT_VERSION } from '../../core/bpf/layout.ts';
import type { Offsets } from '../../core/bpf/offsets.ts';
import { parseOffsets } from '../../core/bpf/parse-offsets.ts';
import { keepOwn, readOwn } from '../own-cache.ts';

const NT_GNU_BUILD_ID = 3;
const MOST_BYTES = 1 << 16;

/**
 * Offsets found on this very kernel before; null where there are none that can be trusted. What they say is checked all the same, by the
 * kernel's verifier and on ourselves.
 */
export function readOffsetCache(folder: string | null): Offsets | null {
  const name = nameOf();
  const kept = folder === null || name === null ? null : readOwn(folder, name, MOST_BYTES);
  return kept === null ? null : parseOffsets(kept.toString('utf8'));
}

/** Keeps the offsets of this kernel. */
export function writeOffsetCache(folder: string | null, offsets: Offsets): void {
  const name = nameOf();
  if (folder !== null && name !== null) keepOwn(folder, name, JSON.stringify(offsets));
}

function nameOf(): string | null {
  const buildId = readBuildId();
  return buildId === null ? null : `walk-${LAYOUT_VERSION}-${buildId}.json`;
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
