import type { Reading } from '../core/model/reading.ts';
import type { KernelCalls } from './kernel-calls.ts';
import type { ProcessFolder } from './process-folder.ts';

/**
 * Finds one thread for each descriptor table (unshare(CLONE_FILES)) beside that of the process.
 *
 * With kcmp(2) the kernel tells. Without it, tables are taken for one until a descriptor proves otherwise: a copy that
 * has not changed yet holds nothing that the other does not.
 */
export function readOtherTables(process: ProcessFolder): readonly number[] {
  const first = process.task();
  const distinct = [first];
  const folders = new Folders(process);
  for (const tid of process.threads()) {
    if (tid === first || tid === process.pid || !process.isAlive(tid)) continue;
    if (distinct.every((known) => !isSameTable(folders, [known, tid], process.calls))) distinct.push(tid);
  }
  return distinct.slice(1);
}

function isSameTable(folders: Folders, [a, b]: readonly [number, number], calls: KernelCalls | null): boolean {
  const answer = calls?.compareTables(a, b) ?? -1;
  if (answer >= 0) return answer === 0;
  return !folders.holdsMore(a, b) && !folders.holdsMore(b, a);
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
