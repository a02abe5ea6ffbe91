import { readSavedBytes, type SavedBytes } from '../../collect/saved-files.ts';
import { parseInspections } from '../../core/compare/parse-inspection.ts';
import type { Inspection } from '../../core/model/inspection.ts';
import { chooseProcess } from '../../core/saved/choose-process.ts';
import type { SavedFile } from '../../core/saved/file.ts';
import { toHint } from '../../core/saved/prompt.ts';
import { readSaved } from '../../core/saved/read-saved.ts';
import { toSavedInspection } from '../../core/saved/to-inspection.ts';

export interface SavedRequest {
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
export function inspectSaved({ paths, pid, version }: SavedRequest): SavedOutcome {
  const read = readSavedBytes(paths);
  if (read.kind === 'refused') return refused(true, read.because, 'name files that can be read');
  const texts = read.files.map(({ name, bytes }) => ({ name, text: toText(bytes) }));
  const own = texts.flatMap(({ text }) => parseInspections(text));
  if (own.length > 0) return chooseInspection(own, pid);
  const files = texts.map(({ name, text }): SavedFile => ({ name, saved: readSaved(text, toHint(name)) }));
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
