import { openArchive } from '../../collect/archive.ts';
import { readPprof } from '../../collect/pprof.ts';
import { readSavedBytes, type SavedBytes } from '../../collect/saved-files.ts';
import { toStacksOfPprof } from '../../core/parse/stacks/pprof.ts';
import type { SavedFile } from '../../core/saved/file.ts';
import type { Saved } from '../../core/saved/part.ts';
import { readNamed } from '../../core/saved/read-named.ts';
import { toSavedStacks } from '../../core/saved/read-saved.ts';

export type MembersReading =
  | { readonly kind: 'read'; readonly members: readonly SavedBytes[] }
  | { readonly kind: 'refused'; readonly because: string; readonly remedy: string };

/** The bytes of files, folders, archives or `-`: every file in them by itself. */
export async function readMembers(paths: readonly string[]): Promise<MembersReading> {
  const read = readSavedBytes(paths);
  if (read.kind === 'refused') return { kind: 'refused', because: read.because, remedy: 'name files that can be read' };
  const members: SavedBytes[] = [];
  for (const file of read.files) {
    const opened = await openArchive(file);
    if (opened.kind === 'refused')
      return { kind: 'refused', because: opened.because, remedy: 'unpack it yourself, and name the files' };
    members.push(...opened.files);
  }
  return { kind: 'read', members };
}

/** What is recognised in each. */
export async function recognise(members: readonly SavedBytes[]): Promise<SavedFile[]> {
  const files: SavedFile[] = [];
  for (const { name, bytes } of members) files.push({ name, saved: await recogniseOne(name, bytes) });
  return files;
}

/** A profile in protobuf is no text: it is one part of no lines. */
async function recogniseOne(name: string, bytes: Uint8Array): Promise<Saved> {
  const profile = await readPprof(bytes);
  const stacks = profile === null ? null : toStacksOfPprof(profile);
  return stacks === null ? readNamed(name, toText(bytes)) : toSavedStacks(stacks);
}

/** UTF-16 is what redirections of Windows write, some without a byte order mark. */
export function toText(bytes: SavedBytes['bytes']): string {
  const [first, second] = bytes;
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  const isWide = (first === 0xff && second === 0xfe) || (first !== 0 && hasZeros(bytes.subarray(0, 512)));
  return new TextDecoder(isWide ? 'utf-16le' : 'utf-8').decode(bytes);
}

/** Whether every second byte of the beginning is 0, as that of English text is in UTF-16. `-F0` has fewer of them. */
function hasZeros(head: Uint8Array): boolean {
  const odd = head.filter((_, at) => at % 2 === 1);
  return odd.length > 8 && odd.filter((byte) => byte === 0).length > odd.length * 0.9;
}
