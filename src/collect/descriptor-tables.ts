import { constants } from 'node:os';
import type { Reading } from '../core/model/reading.ts';
import type { KernelCalls } from './kernel-calls.ts';
import type { ProcessFolder } from './process-folder.ts';

const { ESRCH } = constants.errno;

/** Tables found by comparing listings. */
const MOST_COMPARED = 64;

/**
 * Finds one thread for each descriptor table (unshare(CLONE_FILES)) beside that of the process.
 *
 * With kcmp(2) the kernel tells. Without it, tables are taken for one until a descriptor proves otherwise: a copy that
 * has not changed yet holds nothing that the other does not.
 */
export function readOtherTables(process: ProcessFolder): readonly number[] {
  const first = process.task();
  const others = process.threads().filter((tid) => tid !== first && tid !== process.pid && process.isAlive(tid));
  if (others.length === 0) return [];
  return sortOut(first, others, process.calls) ?? findDistinct(process, [first, ...others]);
}

/** By the order that kcmp(2) gives tables: n log n calls for n threads. null where it may not be asked. */
function sortOut(first: number, others: readonly number[], calls: KernelCalls | null): readonly number[] | null {
  if (calls === null) return null;
  let isDenied = false;
  const compare = (a: number, b: number): number => {
    const order = calls.compareTables(a, b);
    // A thread that has ended meanwhile stands nowhere: its table is read, and is not there.
    if (order < 0 && calls.errno() !== ESRCH) isDenied = true;
    return order === 1 ? -1 : order === 0 ? 0 : 1;
  };
  const foreign = others.filter((tid) => compare(first, tid) !== 0);
  const sorted = isDenied ? [] : foreign.toSorted(compare);
  const distinct = sorted.filter((tid, at) => at === 0 || compare(sorted[at - 1] ?? tid, tid) !== 0);
  return isDenied ? null : distinct.toSorted((a, b) => a - b);
}

/** Without kcmp(2) each thread is compared with each: a process of thousands has them compared with the first ones alone. */
function findDistinct(process: ProcessFolder, threads: readonly number[]): readonly number[] {
  const folders = new Folders(process);
  const distinct: number[] = [];
  for (const tid of threads) {
    const isKnown = distinct.some((known) => !folders.holdsMore(known, tid) && !folders.holdsMore(tid, known));
    if (!isKnown && distinct.length < MOST_COMPARED) distinct.push(tid);
  }
  return distinct.slice(1);
}

/** The numbers in the tables of threads, each read once: 10,000 of them in 200 threads take seconds each time. */
class Folders {
  readonly #process: ProcessFolder;
  readonly #names = new Map<number, ReadonlySet<string> | null>();

  constructor(process: ProcessFolder) {
    this.#process = process;
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
    return this.#process.link({ fd: Number(name), tid });
  }

  #namesOf(tid: number): ReadonlySet<string> | null {
    const known = this.#names.get(tid);
    if (known !== undefined) return known;
    const names = this.#process.proc.names(`${this.#process.path(tid)}/fd`);
    const read = names.kind === 'read' ? new Set(names.value) : null;
    this.#names.set(tid, read);
    return read;
  }
}
