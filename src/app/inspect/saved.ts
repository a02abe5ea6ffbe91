import { type SavedBytes, SavedFileError } from '../../collect/saved-files.ts';
import type { Inspection } from '../../core/model/inspection.ts';
import {
  chooseInspection,
  type FilesOutcome,
  inspectFiles,
  type SavedChoice,
  someOf,
} from '../../core/saved/inspect-files.ts';
import { readMembers, readOwn, recognise, UNREADABLE } from './read-members.ts';

export interface SavedFilesRequest extends SavedChoice {
  /** Files, folders, archives, or `-`. */
  readonly paths: readonly string[];
}

export type SavedOutcome =
  | { readonly kind: 'inspected'; readonly inspection: Inspection }
  /** `isUsage`: another command line would do; else there is nothing to see. */
  | { readonly kind: 'refused'; readonly isUsage: boolean; readonly because: string; readonly remedy: string };

/** Looks at a process through what was saved of it: listings in any form that tools print, captures, our own documents. */
export async function inspectSaved({ paths, ...choice }: SavedFilesRequest): Promise<SavedOutcome> {
  const read = await readMembers(paths);
  if (read.kind === 'refused') return refused(read.because, read.remedy);
  const what = paths.map((path) => (path === '-' ? 'standard input' : path)).join(', ');
  try {
    const outcome = await choose(read.members, what, choice);
    return outcome.kind === 'several' ? refused(outcome.because, `choose one: --pid ${someOf(outcome.pids)}`) : outcome;
  } catch (error) {
    if (error instanceof SavedFileError) return refused(error.message, UNREADABLE);
    throw error;
  }
}

async function choose(members: readonly SavedBytes[], what: string, choice: SavedChoice): Promise<FilesOutcome> {
  const read = members.map(readOwn);
  const own = read.flatMap((member) => member.own);
  if (own.length > 0) return chooseInspection(own, choice);
  const files = read.map(({ file }) => file);
  return inspectFiles(await recognise(files, choice.pid), what, choice);
}

function refused(because: string, remedy: string): SavedOutcome {
  return { kind: 'refused', isUsage: true, because, remedy };
}
