import { openArchive } from '../../collect/archive.ts';
import { readPprof } from '../../collect/pprof.ts';
import { readSavedBytes, type SavedBytes } from '../../collect/saved-files.ts';
import { parseInspections } from '../../core/compare/parse-inspection.ts';
import type { Inspection } from '../../core/model/inspection.ts';
import { chooseProcess } from '../../core/saved/choose-process.ts';
import type { SavedFile } from '../../core/saved/file.ts';
import { readNamed } from '../../core/saved/read-named.ts';
import { toSavedStacks } from '../../core/saved/read-saved.ts';
import type { Saved } from '../../core/saved/part.ts';
import { toStacksOfPprof } from '../../core/parse/stacks/pprof.ts';
import { toSavedInspection } from '../../core/saved/to-inspection.ts';

export interface SavedFilesRequest {
  /** Files, folders, archives, or `-`. */
  readonly paths: readonly string[];
  /** The process to look at, where several are in them; null for the only one. */
  readonly pid: number | null;
  readonly version: string;
}

export type SavedOutcome =
  | { readonly kind: 'inspected'; readonly inspection: Inspection }
  /** `isUsage`: another command line would do; else there is nothing to see. */
  | { readonly kind: 'refused'; readonly isUsage: boolean; readonly because: string; readonly remedy: string };

/** Looks at a process through what was saved of it: listings in any form that tools print, captures, our own documents. */
export async function inspectSaved({ paths, pid, version }: SavedFilesRequest): Promise<SavedOutcome> {
  const read = readSavedBytes(paths);
  if (read.kind === 'refused') return refused(true, read.because, 'name files that can be read');
  const members: SavedBytes[] = [];
  for (const file of read.files) {
    const opened = await openArchive(file);
    if (opened.kind === 'refused') return refused(true, opened.because, 'unpack it yourself, and name the files');
    members.push(...opened.files);
  }
  const own = members.flatMap(({ bytes }) => parseInspections(toText(bytes)));
  if (own.length > 0) return chooseInspection(own, pid);
  const files: SavedFile[] = [];
  for (const { name, bytes } of members) files.push({ name, saved: await readMember(name, bytes) });
  if (files.every(({ saved }) => saved.parts.length === 0)) {
    const what = paths.map((path) => (path === '-' ? 'standard input' : path)).join(', ');
    return refused(
      false,
      `nothing was recognised in ${what}`,
      'save the output of lsof -nP -p PID, or of ls -l /proc/PID/fd',
    );
  }
  const chosen = chooseProcess(files, pid);
  switch (chosen.kind) {
    case 'chosen':
      return { kind: 'inspected', inspection: toSavedInspection({ files, pid: chosen.pid, version }) };
    case 'several':
      return refused(true, `it lists ${chosen.pids.length} processes`, `choose one: --pid ${someOf(chosen.pids)}`);
    case 'absent':
      return refused(true, `process ${pid} is not in it`, `it has ${someOf(chosen.pids)}`);
  }
}

/** A profile in protobuf is no text: it is one part of no lines. */
async function readMember(name: string, bytes: Uint8Array): Promise<Saved> {
  const profile = await readPprof(bytes);
  const stacks = profile === null ? null : toStacksOfPprof(profile);
  return stacks === null ? readNamed(name, toText(bytes)) : toSavedStacks(stacks);
}

function chooseInspection(inspections: readonly Inspection[], pid: number | null): SavedOutcome {
  const mine = inspections.filter(({ process }) => pid === null || process.pid === pid);
  const [inspection, second] = mine;
  const pids = inspections.map(({ process }) => process.pid);
  if (inspection === undefined) return refused(true, `process ${pid} is not in it`, `it has ${someOf(pids)}`);
  if (second !== undefined)
    return refused(true, `it holds ${mine.length} inspections`, `choose one: --pid ${someOf(pids)}`);
  return { kind: 'inspected', inspection };
}

function refused(isUsage: boolean, because: string, remedy: string): SavedOutcome {
  return { kind: 'refused', isUsage, because, remedy };
}

const MOST_PIDS = 12;

function someOf(pids: readonly number[]): string {
  const some = pids.slice(0, MOST_PIDS).join(', ');
  return pids.length > MOST_PIDS ? `${some} and ${pids.length - MOST_PIDS} more` : some;
}

/** UTF-16 is what redirections of Windows write. */
function toText(bytes: SavedBytes['bytes']): string {
  const isWide = bytes[0] === 0xff && bytes[1] === 0xfe;
  return new TextDecoder(isWide ? 'utf-16le' : 'utf-8').decode(bytes);
}
