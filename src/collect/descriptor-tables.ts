import { parseProcStat } from '../core/parse/proc-stat.ts';
import type { KernelCalls } from './kernel-calls.ts';
import type { ProcFs } from './proc-fs.ts';

const KCMP_FILES = 2;

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
 * With kcmp(2) the kernel tells. Without it, tables that list the same numbers are taken for one: a copy that
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
  const answer = calls?.kcmp(a, b, KCMP_FILES, 0, 0) ?? -1;
  if (answer >= 0) return answer === 0;
  const [namesOfA, namesOfB] = [proc.names(`${pid}/task/${a}/fd`), proc.names(`${pid}/task/${b}/fd`)];
  if (namesOfA.kind !== 'read' || namesOfB.kind !== 'read') return true;
  return namesOfA.value.join() === namesOfB.value.join();
}
