import { constants } from 'node:os';
import type { OpenDescriptor } from '../core/model/open-descriptor.ts';
import type { Deadline } from './deadline.ts';
import type { KernelCalls } from './kernel-calls.ts';
import type { ProcessFolder } from './process-folder.ts';

const { EBADF } = constants.errno;

/** The clock is asked once in so many comparisons. */
const STRIDE = 64;

/** Groups of two or more descriptors of one table that share an open file. */
export type SharedFiles = readonly (readonly OpenDescriptor[])[];

/**
 * Finds the descriptors that dup(2) made of one open file. A socket is recognised by its inode; anything else by kcmp(2), since every
 * eventfd has the same inode, and so have both ends of a pipe and two opens of a file. Null when kcmp may not be asked, or time is over.
 *
 * kcmp orders open files, so a group of n candidates takes n log n calls.
 */
export function readSharedFiles(
  process: ProcessFolder,
  open: readonly OpenDescriptor[],
  deadline: Deadline,
): SharedFiles | null {
  const { calls } = process;
  const candidates = groupRepeated(open);
  const shared: OpenDescriptor[][] = [];
  for (const group of candidates.values()) {
    const [first] = group;
    if (first === undefined) continue;
    if (first.kind === 'socket') {
      shared.push(group);
      continue;
    }
    const split = calls === null ? null : splitByOpenFile(process.task(first.tid), group, { calls, deadline });
    if (split === null) return null;
    shared.push(...split);
  }
  return shared;
}

/** Descriptors whose inode or link, in the same table, another one has too. Most have none: a group is made at the second. */
function groupRepeated(open: readonly OpenDescriptor[]): ReadonlyMap<string, OpenDescriptor[]> {
  const firsts = new Map<string, OpenDescriptor>();
  const groups = new Map<string, OpenDescriptor[]>();
  open.forEach((descriptor) => {
    // The inode of a socket is its own, and a shorter text than its link, which begins with no digit.
    const name = descriptor.kind === 'socket' && descriptor.inode !== null ? descriptor.inode : descriptor.link;
    const key = descriptor.tid === null ? name : `${descriptor.tid} ${name}`;
    const first = firsts.get(key);
    if (first === undefined) firsts.set(key, descriptor);
    else {
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [first, descriptor]);
      else group.push(descriptor);
    }
  });
  return groups;
}

function splitByOpenFile(
  task: number,
  group: readonly OpenDescriptor[],
  { calls, deadline }: { readonly calls: KernelCalls; readonly deadline: Deadline },
): OpenDescriptor[][] | null {
  let isDenied = false;
  let asked = 0;
  const compare = (a: OpenDescriptor, b: OpenDescriptor): number => {
    // A sort cannot be broken off.
    if (asked++ % STRIDE === 0) isDenied ||= deadline.isOver();
    if (isDenied) return 0;
    const order = calls.compareFiles(task, a.fd, b.fd);
    if (order < 0 && calls.errno() !== EBADF) isDenied = true;
    return order === 1 ? -1 : order === 0 ? 0 : 1;
  };
  const sorted = group.toSorted(compare);
  if (isDenied) return null;
  const runs: OpenDescriptor[][] = [];
  for (const descriptor of sorted) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (run !== undefined && last !== undefined && compare(last, descriptor) === 0) run.push(descriptor);
    else runs.push([descriptor]);
  }
  return runs.filter(({ length }) => length > 1);
}
