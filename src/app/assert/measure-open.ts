import { readNofileLimit, readOpenCount } from '../../collect/limits.ts';
import { type ProcessFolder, readProcessFolder } from '../../collect/process-folder.ts';
import { readProcessState } from '../../collect/process-identity.ts';
import type { OpenCount } from '../../core/budget/assert-limits.ts';
import type { ProcessIdentity } from '../../core/model/process.ts';
import { whyUnobservable, type Unobservable } from '../inspect/unobservable.ts';
import { whyNothingIsOpen } from '../inspect/nothing-open.ts';
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
  const subject = readProcessState(proc, pid);
  if (subject.kind !== 'read') return whyUnobservable(world, pid, subject);
  const { identity, peakTableSize } = subject.value;
  const process = readProcessFolder(proc, pid);
  const nothing = whyNothingIsOpen(subject.value, process);
  if (nothing !== null) return nothing;
  return { kind: 'measured', process: identity, count: toOpenCount(process, peakTableSize) };
}

function toOpenCount(process: ProcessFolder, peakTableSize: number | null): OpenCount {
  const limit = readNofileLimit(process.proc, process.pid);
  const soft = limit.kind === 'read' ? limit.value.soft : null;
  // A table that never was larger than the limit holds no number above it.
  const isBelow = typeof soft === 'number' && peakTableSize !== null && peakTableSize <= soft;
  const counted = countOpen(process, isBelow);
  const because = counted.open === null ? whyNot(process, counted.kind) : null;
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
function countOpen(process: ProcessFolder, isBelow: boolean): Counted {
  const size = readOpenCount(process);
  const open = size.kind === 'read' ? size.value : null;
  if (open !== null && isBelow) return { open, fds: null, kind: 'read' };
  const names = process.numbers();
  return names.kind === 'read'
    ? { open: open ?? names.value.length, fds: names.value, kind: 'read' }
    : { open, fds: null, kind: names.kind };
}

function countFree(soft: OpenCount['soft'], { open, fds }: Counted, isBelow: boolean): number | null {
  if (typeof soft !== 'number' || open === null) return null;
  if (fds !== null) return soft - fds.filter((fd) => Number(fd) < soft).length;
  return isBelow ? soft - open : null;
}

function whyNot(process: ProcessFolder, kind: string): string {
  return `/proc/${process.path()}/fd is ${kind}; before Linux 6.2 counting needs the user of the process, or root`;
}
