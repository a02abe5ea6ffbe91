import { readMainThread } from '../../collect/descriptor-tables.ts';
import { readNofileLimit, readOpenCount } from '../../collect/limits.ts';
import { folderOf } from '../../collect/open-descriptors.ts';
import type { ProcFs } from '../../collect/proc-fs.ts';
import { readSubject } from '../../collect/process-identity.ts';
import type { OpenCount } from '../../core/budget/assert-limits.ts';
import type { ProcessIdentity } from '../../core/model/process.ts';
import { whyNothingIsOpen, whyUnobservable, type Unobservable } from '../inspect/unobservable.ts';
import type { World } from '../world.ts';

export interface MeasuredOpen {
  readonly kind: 'measured';
  readonly process: ProcessIdentity;
  readonly count: OpenCount;
}

/**
 * Counts the descriptors of a process without a look at any: the size of `/proc/<pid>/fd` (Linux >= 6.2), else the number of
 * its entries. Works on processes of other users.
 */
export function measureOpen(world: World, pid: number): MeasuredOpen | Unobservable {
  const { proc } = world;
  const subject = readSubject(proc, pid);
  if (subject.kind !== 'read') return whyUnobservable(world, pid, subject);
  const { identity, peakTableSize } = subject.value;
  const main = readMainThread(proc, pid);
  const nothing = whyNothingIsOpen(subject.value, main);
  if (nothing !== null) return nothing;
  return { kind: 'measured', process: identity, count: toOpenCount(proc, pid, folderOf(pid, main), peakTableSize) };
}

function toOpenCount(proc: ProcFs, pid: number, folder: string, peakTableSize: number | null): OpenCount {
  const limit = readNofileLimit(proc, pid);
  const soft = limit.kind === 'read' ? limit.value.soft : null;
  // A table that never was larger than the limit holds no number above it.
  const isBelow = typeof soft === 'number' && peakTableSize !== null && peakTableSize <= soft;
  const counted = countOpen(proc, folder, isBelow);
  const because = counted.open === null ? whyNot(folder, counted.kind) : null;
  return { open: counted.open, soft, free: countFree(soft, counted, isBelow), because };
}

interface Counted {
  readonly open: number | null;
  /** The numbers, where they had to be listed and may be. */
  readonly fds: readonly string[] | null;
  /** How listing them went. */
  readonly kind: string;
}

/** By the size of the folder, and by its entries where that does not tell, or the numbers themselves are needed. */
function countOpen(proc: ProcFs, folder: string, isBelow: boolean): Counted {
  const size = readOpenCount(proc, folder);
  const open = size.kind === 'read' ? size.value : null;
  if (open !== null && isBelow) return { open, fds: null, kind: 'read' };
  const names = proc.names(`${folder}/fd`);
  return names.kind === 'read'
    ? { open: open ?? names.value.length, fds: names.value, kind: 'read' }
    : { open, fds: null, kind: names.kind };
}

function countFree(soft: OpenCount['soft'], { open, fds }: Counted, isBelow: boolean): number | null {
  if (typeof soft !== 'number' || open === null) return null;
  if (fds !== null) return soft - fds.filter((fd) => Number(fd) < soft).length;
  return isBelow ? soft - open : null;
}

function whyNot(folder: string, kind: string): string {
  return `/proc/${folder}/fd is ${kind}; before Linux 6.2 counting takes the user of the process, or root`;
}
