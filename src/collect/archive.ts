import { gunzipSync } from 'node:zlib';
import { type SavedBytes, toWhole } from './saved-files.ts';

/** No capture has more: it is a bomb, or a mistake. */
const MOST_PACKED = 64 << 20;
const MOST_UNPACKED = 512 << 20;
const MOST_ENTRIES = 100_000;
const GZIP = [0x1f, 0x8b] as const;
const TAR_MAGIC_AT = 257;

export type ArchiveReading =
  | { readonly kind: 'files'; readonly files: readonly SavedBytes[] }
  | { readonly kind: 'refused'; readonly because: string };

/**
 * Opens what is compressed or an archive, in memory: gzip, tar, both. Anything else comes back as it is. Nothing is written to
 * disk; an archive with links, absolute names, `..`, over 100,000 members or 512 MiB is refused.
 */
export async function openArchive(file: SavedBytes): Promise<ArchiveReading> {
  const isPacked = file.bytes[0] === GZIP[0] && file.bytes[1] === GZIP[1];
  if (!isPacked && !isTar(file.bytes)) return { kind: 'files', files: [file] };
  const { name, bytes } = toWhole(file);
  if (isPacked && bytes.length > MOST_PACKED) return refused(name, `larger than ${MOST_PACKED >> 20} MiB, packed`);
  let plain = bytes;
  if (isPacked) {
    try {
      plain = gunzipSync(bytes, { maxOutputLength: MOST_UNPACKED });
    } catch (error) {
      return refused(name, error instanceof RangeError ? 'unpacks to more than 512 MiB' : 'damaged gzip data');
    }
  }
  if (!isTar(plain)) return { kind: 'files', files: [{ name, bytes: plain, more: null }] };
  return readTar(name, plain);
}

function refused(name: string, because: string): ArchiveReading {
  return { kind: 'refused', because: `${name}: ${because}` };
}

function isTar(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(TAR_MAGIC_AT, TAR_MAGIC_AT + 5)).toString('latin1') === 'ustar';
}

async function readTar(archive: string, bytes: Uint8Array): Promise<ArchiveReading> {
  const { extract } = await import('tar-stream');
  const files: SavedBytes[] = [];
  const reader = extract();
  reader.end(bytes);
  let size = 0;
  let entries = 0;
  try {
    for await (const entry of reader) {
      const { name, type } = entry.header;
      entries += 1;
      if (entries > MOST_ENTRIES) return refused(archive, `more than ${MOST_ENTRIES} members`);
      if (type !== 'file' && type !== 'directory') return refused(archive, `${name} is a ${type}: only files are read`);
      if (name.startsWith('/') || name.split('/').includes('..')) return refused(archive, `${name} leads out of it`);
      const chunks: Buffer[] = [];
      for await (const piece of entry) {
        if (!(piece instanceof Uint8Array)) continue;
        const chunk = Buffer.from(piece);
        size += chunk.length;
        if (size > MOST_UNPACKED) return refused(archive, 'unpacks to more than 512 MiB');
        chunks.push(chunk);
      }
      if (type === 'file') files.push({ name: `${archive}:${name}`, bytes: Buffer.concat(chunks), more: null });
    }
  } catch (error) {
    return refused(archive, `damaged archive (${error instanceof Error ? error.message : String(error)})`);
  }
  return { kind: 'files', files };
}
