import { readNofileLimit, readOpenCount } from '../collect/limits.ts';
import { readSubject } from '../collect/process-identity.ts';
import type { OpenCount } from '../core/budget/assert-limits.ts';
import type { ProcessIdentity } from '../core/model/process.ts';
import { whyUnobservable, type Unobservable } from './unobservable.ts';
import type { World } from './world.ts';

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
  const limit = readNofileLimit(proc, pid);
  const soft = limit.kind === 'read' ? limit.value.soft : null;
  const size = readOpenCount(proc, `${pid}`);
  const counted = size.kind === 'read' ? size.value : null;
  // A table that never was larger than the limit holds no number above it.
  const isBelow = typeof soft === 'number' && peakTableSize !== null && peakTableSize <= soft;
  const names = counted !== null && isBelow ? null : proc.names(`${pid}/fd`);
  const listed = names?.kind === 'read' ? names.value : null;
  const open = counted ?? listed?.length ?? null;
  return {
    kind: 'measured',
    process: identity,
    count: {
      open,
      soft,
      free: countFree(soft, open, listed),
      because: open === null ? whyNot(pid, names?.kind) : null,
    },
  };

  function countFree(limit: OpenCount['soft'], count: number | null, fds: readonly string[] | null): number | null {
    if (typeof limit !== 'number' || count === null) return null;
    if (fds !== null) return limit - fds.filter((fd) => Number(fd) < limit).length;
    return isBelow ? limit - count : null;
  }
}

function whyNot(pid: number, kind: string | undefined): string {
  return `/proc/${pid}/fd is ${kind ?? 'not readable'}; before Linux 6.2 counting takes the user of the process, or root`;
}
