import { matchHolders } from '../holders/match-holders.ts';
import type { Inspection } from '../model/inspection.ts';
import { chooseProcess } from './choose-process.ts';
import type { SavedFile } from './file.ts';
import { type StackTexts, toStackEvidence } from './stack-evidence.ts';
import { toSavedInspection } from './to-inspection.ts';

/** What saved texts come to. */
export type FilesOutcome =
  | { readonly kind: 'inspected'; readonly inspection: Inspection }
  /** `isUsage`: another choice would do; else there is nothing to see. */
  | { readonly kind: 'refused'; readonly isUsage: boolean; readonly because: string; readonly remedy: string }
  | { readonly kind: 'several'; readonly pids: readonly number[]; readonly because: string };

export interface SavedChoice {
  /** The process to look at, where several are in them; null for the only one. */
  readonly pid: number | null;
  /** Stacks that were named beside them. */
  readonly stacks: StackTexts;
  readonly version: string;
}

/** Looks at a process through what was recognised in saved texts; `what` names the texts. */
export function inspectFiles(
  files: readonly SavedFile[],
  what: string,
  { pid, stacks, version }: SavedChoice,
): FilesOutcome {
  if (files.every(({ saved }) => saved.parts.length === 0)) {
    const remedy = 'save the output of lsof -nP -p PID, or of ls -l /proc/PID/fd';
    return { kind: 'refused', isUsage: false, because: `nothing was recognised in ${what}`, remedy };
  }
  const chosen = chooseProcess(files, pid);
  switch (chosen.kind) {
    case 'chosen':
      return { kind: 'inspected', inspection: toSavedInspection({ files, stacks, pid: chosen.pid, version }) };
    case 'several':
      return { kind: 'several', pids: chosen.pids, because: `it lists ${chosen.pids.length} processes` };
    case 'absent':
      return toAbsent(pid, chosen.pids);
  }
}

/** Chooses among documents that `--json` printed. */
export function chooseInspection(
  inspections: readonly Inspection[],
  { pid, stacks }: Pick<SavedChoice, 'pid' | 'stacks'>,
): FilesOutcome {
  const mine = inspections.filter(({ process }) => pid === null || process.pid === pid);
  const [inspection, second] = mine;
  const pids = inspections.map(({ process }) => process.pid);
  if (inspection === undefined) return toAbsent(pid, pids);
  if (second !== undefined) return { kind: 'several', pids, because: `it holds ${mine.length} inspections` };
  return { kind: 'inspected', inspection: withStacks(inspection, stacks) };
}

/** Documents of older versions know nothing of stacks. */
function withStacks(inspection: Inspection, stacks: StackTexts): Inspection {
  const { process, places } = inspection;
  if (stacks.files.length + stacks.unread.length === 0) return { ...inspection, stacks: inspection.stacks ?? null };
  const evidence = toStackEvidence(stacks, [process.pid, process.pidInNamespace ?? process.pid]);
  return { ...inspection, stacks: matchHolders(places, { ...evidence, threads: null }) };
}

function toAbsent(pid: number | null, pids: readonly number[]): FilesOutcome {
  return { kind: 'refused', isUsage: true, because: `process ${pid} is not in it`, remedy: `it has ${someOf(pids)}` };
}

const MOST_PIDS = 12;

/** `1, 37, 189 and 7 more` */
export function someOf(pids: readonly number[]): string {
  const some = pids.slice(0, MOST_PIDS).join(', ');
  return pids.length > MOST_PIDS ? `${some} and ${pids.length - MOST_PIDS} more` : some;
}
