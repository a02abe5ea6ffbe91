import type { Inspection } from '../../core/model/inspection.ts';
import { chooseInspection, inspectFiles, type SavedChoice, someOf } from '../../core/saved/inspect-files.ts';
import { readMembers, readOwn, recognise } from './read-members.ts';

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
  const members = read.members.map(readOwn);
  const own = members.flatMap((member) => member.own);
  const what = paths.map((path) => (path === '-' ? 'standard input' : path)).join(', ');
  const outcome =
    own.length > 0
      ? chooseInspection(own, choice)
      : inspectFiles(
          await recognise(
            members.map(({ file }) => file),
            choice.pid,
          ),
          what,
          choice,
        );
  return outcome.kind === 'several' ? refused(outcome.because, `choose one: --pid ${someOf(outcome.pids)}`) : outcome;
}

function refused(because: string, remedy: string): SavedOutcome {
  return { kind: 'refused', isUsage: true, because, remedy };
}
