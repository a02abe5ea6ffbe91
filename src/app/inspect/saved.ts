import { parseInspections } from '../../core/compare/parse-inspection.ts';
import { matchHolders } from '../../core/holders/match-holders.ts';
import type { Inspection } from '../../core/model/inspection.ts';
import { chooseProcess } from '../../core/saved/choose-process.ts';
import { type StackTexts, toStackEvidence } from '../../core/saved/stack-evidence.ts';
import { toSavedInspection } from '../../core/saved/to-inspection.ts';
import { readMembers, recognise, toText } from './read-members.ts';

export interface SavedFilesRequest {
  /** Files, folders, archives, or `-`. */
  readonly paths: readonly string[];
  /** The process to look at, where several are in them; null for the only one. */
  readonly pid: number | null;
  /** Stacks that were named beside them. */
  readonly stacks: StackTexts;
  readonly version: string;
}

export type SavedOutcome =
  | { readonly kind: 'inspected'; readonly inspection: Inspection }
  /** `isUsage`: another command line would do; else there is nothing to see. */
  | { readonly kind: 'refused'; readonly isUsage: boolean; readonly because: string; readonly remedy: string };

/** Looks at a process through what was saved of it: listings in any form that tools print, captures, our own documents. */
export async function inspectSaved({ paths, pid, stacks, version }: SavedFilesRequest): Promise<SavedOutcome> {
  const read = await readMembers(paths);
  if (read.kind === 'refused') return refused(true, read.because, read.remedy);
  const { members } = read;
  const own = members.flatMap(({ bytes }) => parseInspections(toText(bytes)));
  if (own.length > 0) return chooseInspection(own, pid, stacks);
  const files = await recognise(members);
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
      return { kind: 'inspected', inspection: toSavedInspection({ files, stacks, pid: chosen.pid, version }) };
    case 'several':
      return refused(true, `it lists ${chosen.pids.length} processes`, `choose one: --pid ${someOf(chosen.pids)}`);
    case 'absent':
      return refused(true, `process ${pid} is not in it`, `it has ${someOf(chosen.pids)}`);
  }
}

function chooseInspection(inspections: readonly Inspection[], pid: number | null, stacks: StackTexts): SavedOutcome {
  const mine = inspections.filter(({ process }) => pid === null || process.pid === pid);
  const [inspection, second] = mine;
  const pids = inspections.map(({ process }) => process.pid);
  if (inspection === undefined) return refused(true, `process ${pid} is not in it`, `it has ${someOf(pids)}`);
  if (second !== undefined)
    return refused(true, `it holds ${mine.length} inspections`, `choose one: --pid ${someOf(pids)}`);
  return { kind: 'inspected', inspection: withStacks(inspection, stacks) };
}

/** Documents of older versions know nothing of stacks. */
function withStacks(inspection: Inspection, stacks: StackTexts): Inspection {
  const { process, places } = inspection;
  if (stacks.files.length + stacks.unread.length === 0) return { ...inspection, stacks: inspection.stacks ?? null };
  const evidence = toStackEvidence(stacks, [process.pid, process.pidInNamespace ?? process.pid]);
  return { ...inspection, stacks: matchHolders(places, { ...evidence, threads: null }) };
}

function refused(isUsage: boolean, because: string, remedy: string): SavedOutcome {
  return { kind: 'refused', isUsage, because, remedy };
}

const MOST_PIDS = 12;

function someOf(pids: readonly number[]): string {
  const some = pids.slice(0, MOST_PIDS).join(', ');
  return pids.length > MOST_PIDS ? `${some} and ${pids.length - MOST_PIDS} more` : some;
}
