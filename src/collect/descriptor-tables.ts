import type { Reading } from '../core/model/reading.ts';
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

/** The thread that shows the table of process `pid`: null is the leader, a number where that has exited before others. */
export function readMainThread(proc: ProcFs, pid: number): number | null {
  if (isAlive(proc, pid, pid)) return null;
  return readThreads(proc, pid).find((tid) => tid !== pid && isAlive(proc, pid, tid)) ?? null;
}

/**
 * Finds the threads that have a descriptor table of their own (unshare(CLONE_FILES)).
 *
 * With kcmp(2) the kernel tells. Without it, tables are taken for one until a descriptor proves otherwise: a copy that
 * has not changed yet holds nothing that the other does not.
 */
export function readDescriptorTables(proc: ProcFs, pid: number, calls: KernelCalls | null): DescriptorTables {
  const main = readMainThread(proc, pid);
  const first = main ?? pid;
  const distinct = [first];
  const folders = new Folders(proc, pid);
  for (const tid of readThreads(proc, pid)) {
    if (tid === first || tid === pid || !isAlive(proc, pid, tid)) continue;
    if (distinct.every((known) => !isSameTable(folders, [known, tid], calls))) distinct.push(tid);
  }
  return { main, others: distinct.slice(1) };
}

function readThreads(proc: ProcFs, pid: number): number[] {
  const names = proc.names(`${pid}/task`);
  return names.kind === 'read' ? names.value.map(Number).sort((a, b) => a - b) : [pid];
}

function isAlive(proc: ProcFs, pid: number, tid: number): boolean {
  const text = proc.text(`${pid}/task/${tid}/stat`);
  if (text.kind !== 'read') return false;
  const stat = parseProcStat(text.value);
  return stat.kind === 'parsed' && stat.state !== 'Z' && stat.state !== 'X';
}

function isSameTable(folders: Folders, [a, b]: readonly [number, number], calls: KernelCalls | null): boolean {
  const answer = calls?.compareTables(a, b) ?? -1;
  if (answer >= 0) return answer === 0;
  return !folders.holdsMore(a, b) && !folders.holdsMore(b, a);
}

/** The numbers in the tables of threads, each read once: 10,000 of them in 200 threads take seconds each time. */
class Folders {
  readonly #proc: ProcFs;
  readonly #pid: number;
  readonly #names = new Map<number, ReadonlySet<string> | null>();

  constructor(proc: ProcFs, pid: number) {
    this.#proc = proc;
    this.#pid = pid;
  }

  /**
   * Whether `tid` holds a descriptor that `other` does not. A busy process opens and closes between any two reads: only what is
   * the same before and after the look at the other table counts.
   */
  holdsMore(tid: number, other: number): boolean {
    const [names, known] = [this.#namesOf(tid), this.#namesOf(other)];
    if (names === null || known === null) return false;
    for (const name of names) {
      if (!known.has(name) && this.#isOnlyIn(tid, other, name)) return true;
    }
    return false;
  }

  #isOnlyIn(tid: number, other: number, name: string): boolean {
    const before = this.#link(tid, name);
    const there = this.#link(other, name);
    const after = this.#link(tid, name);
    return before.kind === 'read' && after.kind === 'read' && before.value === after.value && there.kind === 'gone';
  }

  #link(tid: number, name: string): Reading<string> {
    return this.#proc.link(`${this.#pid}/task/${tid}/fd/${name}`);
  }

  #namesOf(tid: number): ReadonlySet<string> | null {
    const known = this.#names.get(tid);
    if (known !== undefined) return known;
    const names = this.#proc.names(`${this.#pid}/task/${tid}/fd`);
    const read = names.kind === 'read' ? new Set(names.value) : null;
    this.#names.set(tid, read);
    return read;
  }
}
