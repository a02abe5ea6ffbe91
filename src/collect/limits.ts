import type { Limit } from '../core/model/limits.ts';
import type { Reading } from '../core/model/reading.ts';
import { parseProcLimits } from '../core/parse/proc-limits.ts';
import type { ProcFs } from './proc-fs.ts';
import type { ProcessFolder } from './process-folder.ts';

export interface NofileLimit {
  readonly soft: Limit;
  readonly hard: Limit;
}

/** RLIMIT_NOFILE from `/proc/<pid>/limits`, which every user may read of every process. */
export function readNofileLimit(proc: ProcFs, pid: number): Reading<NofileLimit> {
  const path = `${pid}/limits`;
  const text = proc.text(path);
  if (text.kind !== 'read') return text;
  const limit = parseNofileLimit(text.value);
  return limit === null
    ? { kind: 'failed', path: `${proc.root}/${path}`, because: 'it has no line "Max open files"' }
    : { kind: 'read', value: limit };
}

/** `Max open files` of `/proc/PID/limits`; null where it has no such line. */
export function parseNofileLimit(text: string): NofileLimit | null {
  const row = parseProcLimits(onlyNofile(text)).rows.find(({ name }) => name === 'Max open files');
  return row === undefined ? null : { soft: row.soft, hard: row.hard };
}

/** One row of sixteen, with the header: a scan reads it of every process. */
function onlyNofile(text: string): string {
  const at = text.indexOf('\nMax open files ');
  if (at === -1) return text;
  const end = text.indexOf('\n', at + 1);
  return text.slice(0, text.indexOf('\n')) + text.slice(at, end === -1 ? text.length : end + 1);
}

/**
 * The number of open descriptors: those that are listed, and where listing is denied the size that stat(2) reports for the folder.
 * That size also counts numbers that a call under way has reserved: eight threads that block in accept(2) are eight more.
 * Null where neither tells: before Linux 6.2 the size is 0.
 */
export function readOpenCount(process: ProcessFolder): Reading<number | null> {
  const names = process.numbers();
  return names.kind === 'read' ? { kind: 'read', value: names.value.length } : readFolderSize(process);
}

function readFolderSize(process: ProcessFolder): Reading<number | null> {
  const stat = process.proc.stat(`${process.path()}/fd`);
  if (stat.kind !== 'read') return stat;
  const size = Number(stat.value.size);
  return { kind: 'read', value: size === 0 ? null : size };
}

/**
 * Counts the descriptors of a process again and again. To list 100 takes twenty times as long as to ask for the size: they are listed once it
 * is another, and each time where it counts more than are listed.
 */
export class OpenCounter {
  /** Of which process, and how many both ways said. */
  #agreed: { readonly pid: number; readonly count: number } | null = null;

  /** What {@link readOpenCount} says; between a listing and the next a number that is only reserved may count for one that was closed. */
  read(process: ProcessFolder): Reading<number | null> {
    const { pid } = process;
    const size = readFolderSize(process);
    if (size.kind === 'read' && this.#agreed?.pid === pid && this.#agreed.count === size.value) return size;
    const count = readOpenCount(process);
    const isAgreed = size.kind === 'read' && count.kind === 'read' && size.value === count.value;
    this.#agreed = isAgreed && count.value !== null ? { pid, count: count.value } : null;
    return count;
  }
}
