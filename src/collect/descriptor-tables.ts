import { parseProcStat } from '../core/parse/proc-stat.ts';
import type { KernelCalls } from './kernel-calls.ts';
import type { ProcFs } from './proc-fs.ts';

/** Where the descriptor tables of a process are to be seen. */
export interface DescriptorTables {
  /** The thread that shows the table of the process: null is the leader, a number where the leader has exited. */
  readonly main: number | null;
  /** One thread for each further table. */
  readonly others: readonly number[];
}

/**
 * Finds the threads that have a descriptor table of their own (unshare(CLONE_FILES)).
 *
 * With kcmp(2) the kernel tells. Without it, tables are taken for one until a descriptor proves otherwise: a copy that
 * has not changed yet holds nothing that the other does not.
 */
export function readDescriptorTables(proc: ProcFs, pid: number, calls: KernelCalls | null): DescriptorTables {
  const names = proc.names(`${pid}/task`);
  const tids = names.kind === 'read' ? names.value.map(Number).sort((a, b) => a - b) : [pid];
  const living = tids.filter((tid) => tid === pid || tids.length === 1 || isAlive(proc, pid, tid));
  const leaderExited = tids.length > 1 && !isAlive(proc, pid, pid);
  const [first = pid, ...rest] = leaderExited ? living.filter((tid) => tid !== pid) : living;
  const distinct = [first];
  for (const tid of rest) {
    if (distinct.every((known) => !isSameTable(proc, pid, [known, tid], calls))) distinct.push(tid);
  }
  return { main: leaderExited ? first : null, others: distinct.slice(1) };
}

function isAlive(proc: ProcFs, pid: number, tid: number): boolean {
  const text = proc.text(`${pid}/task/${tid}/stat`);
  if (text.kind !== 'read') return false;
  const stat = parseProcStat(text.value);
  return stat.kind === 'parsed' && stat.state !== 'Z' && stat.state !== 'X';
}

function isSameTable(proc: ProcFs, pid: number, [a, b]: readonly [number, number], calls: KernelCalls | null): boolean {
  const answer = calls?.compareTables(a, b) ?? -1;
  if (answer >= 0) return answer === 0;
  const [folderA, folderB] = [`${pid}/task/${a}/fd`, `${pid}/task/${b}/fd`];
  return !holdsMore(proc, folderA, folderB) && !holdsMore(proc, folderB, folderA);
}

/**
 * Whether `folder` holds a descriptor that `other` does not. A busy process opens and closes between any two reads: only what is
 * the same before and after the look at the other table counts.
 */
function holdsMore(proc: ProcFs, folder: string, other: string): boolean {
  const [names, otherNames] = [proc.names(folder), proc.names(other)];
  if (names.kind !== 'read' || otherNames.kind !== 'read') return false;
  const known = new Set(otherNames.value);
  return names.value.some((name) => {
    if (known.has(name)) return false;
    const before = proc.link(`${folder}/${name}`);
    const there = proc.link(`${other}/${name}`);
    const after = proc.link(`${folder}/${name}`);
    return before.kind === 'read' && after.kind === 'read' && before.value === after.value && there.kind === 'gone';
  });
}
