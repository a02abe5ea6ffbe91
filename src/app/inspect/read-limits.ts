import { readNofileLimit, readOpenCount } from '../../collect/limits.ts';
import type { ProcessFolder } from '../../collect/process-folder.ts';
import type { ProcessState } from '../../collect/process-identity.ts';
import type { Limits } from '../../core/model/limits.ts';
import type { OpenDescriptor } from '../../core/model/open-descriptor.ts';
import type { Reading } from '../../core/model/reading.ts';

/**
 * The limit of descriptors and how far it is used. `open` is null where the descriptors may neither be listed nor counted
 * (another user's process before Linux 6.2).
 */
export function readLimits(
  process: ProcessFolder,
  { peakTableSize }: ProcessState,
  open: readonly OpenDescriptor[] | null,
): Limits {
  const limit = readNofileLimit(process.proc, process.pid);
  const { soft, hard } = limit.kind === 'read' ? limit.value : UNKNOWN;
  const own = open?.filter(({ tid }) => tid === null) ?? null;
  const count = own?.length ?? valueOf(readOpenCount(process));
  return {
    soft,
    hard,
    open: count,
    ...measureUse(soft, count, own),
    highestFd: own?.at(-1)?.fd ?? null,
    peakTableSize,
  };
}

const UNKNOWN = { soft: null, hard: null } as const;

function valueOf<T>(reading: Reading<T>): T | null {
  return reading.kind === 'read' ? reading.value : null;
}

/** How far the soft limit is used: free numbers below it, and the share of it that is open. */
function measureUse(
  soft: Limits['soft'],
  count: number | null,
  own: readonly OpenDescriptor[] | null,
): Pick<Limits, 'free' | 'utilization'> {
  if (typeof soft !== 'number') return { free: null, utilization: null };
  return {
    free: own === null ? null : soft - countBelow(soft, own),
    utilization: soft > 0 && count !== null ? count / soft : null,
  };
}

/** They are in the order of their numbers. */
function countBelow(soft: number, own: readonly OpenDescriptor[]): number {
  const last = own.at(-1);
  return last === undefined || last.fd < soft ? own.length : own.filter(({ fd }) => fd < soft).length;
}
