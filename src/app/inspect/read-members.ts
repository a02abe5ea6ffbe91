import { type ArchiveReading, openArchive } from '../../collect/archive.ts';
import { mayBePprof, readPprof } from '../../collect/pprof.ts';
import { readSavedBytes, type SavedBytes, SavedFileError, toWhole } from '../../collect/saved-files.ts';
import { toPieces, toText } from '../../collect/saved-text.ts';
import { parseInspections } from '../../core/compare/parse-inspection.ts';
import type { Inspection } from '../../core/model/inspection.ts';
import { toStacksOfPprof } from '../../core/parse/stacks/pprof.ts';
import type { SavedFile } from '../../core/saved/file.ts';
import type { Saved } from '../../core/saved/part.ts';
import { readNamed } from '../../core/saved/read-named.ts';
import { toSavedStacks } from '../../core/saved/saved-stacks.ts';

/** What to do about files that cannot be read. */
export const UNREADABLE = 'name files that can be read';

export type MembersReading =
  | { readonly kind: 'read'; readonly members: readonly SavedBytes[] }
  | { readonly kind: 'refused'; readonly because: string; readonly remedy: string };

/** The bytes of files, folders, archives or `-`: every file in them by itself. */
export async function readMembers(paths: readonly string[]): Promise<MembersReading> {
  const read = readSavedBytes(paths);
  if (read.kind === 'refused') return { kind: 'refused', because: read.because, remedy: UNREADABLE };
  const members: SavedBytes[] = [];
  for (const file of read.files) {
    const opened = await openWhole(file);
    if (opened.kind === 'refused')
      return { kind: 'refused', because: opened.because, remedy: 'unpack it yourself, and name the files' };
    members.push(...opened.files);
  }
  return { kind: 'read', members };
}

async function openWhole(file: SavedBytes): Promise<ArchiveReading> {
  try {
    return await openArchive(file);
  } catch (error) {
    if (error instanceof SavedFileError) return { kind: 'refused', because: error.message };
    throw error;
  }
}

/** What is recognised in each. Throws a `SavedFileError` where the rest of a large one cannot be read. */
export async function recognise(members: readonly SavedBytes[], pid: number | null = null): Promise<SavedFile[]> {
  const files: SavedFile[] = [];
  for (const member of members) files.push({ name: member.name, saved: await recogniseOne(member, pid) });
  return files;
}

/** A profile in protobuf is not text: it is one part without lines. */
async function recogniseOne(member: SavedBytes, pid: number | null): Promise<Saved> {
  const file = mayBePprof(member.bytes) ? toWhole(member) : member;
  const profile = await readPprof(file.bytes);
  const stacks = profile === null ? null : toStacksOfPprof(profile);
  return stacks === null ? readNamed(file.name, toPieces(file), pid) : toSavedStacks(stacks);
}

const OWN = 'fdleak.inspection/1';
/** What a document may begin with. */
const BRACKET = /^(?:\u00EF\u00BB\u00BF)?\s*[[{]/;

/** Our own documents in a file, and the file: where it may be some, it has been read whole. */
export function readOwn(member: SavedBytes): { readonly file: SavedBytes; readonly own: readonly Inspection[] } {
  if (!BRACKET.test(Buffer.from(member.bytes.subarray(0, 64)).toString('latin1'))) return { file: member, own: [] };
  const file = toWhole(member);
  return {
    file,
    own: Buffer.from(file.bytes.buffer, file.bytes.byteOffset, file.bytes.length).includes(OWN)
      ? parseInspections(toText(file.bytes))
      : [],
  };
}
