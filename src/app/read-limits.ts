import { readNofileLimit, readOpenCount } from '../collect/limits.ts';
import { folderOf } from '../collect/open-descriptors.ts';
import type { Subject } from '../collect/process-identity.ts';
import type { Limits } from '../core/model/limits.ts';
import type { OpenDescriptor } from '../core/model/open-descriptor.ts';
import type { World } from './world.ts';

/**
 * The limit of descriptors and how far it is used. `open` is null where the descriptors may neither be listed nor counted
 * (another user's process before Linux 6.2).
 */
export function readLimits(
  { proc }: World,
  { identity, peakTableSize }: Subject,
  main: number | null,
  open: readonly OpenDescriptor[] | null,
): Limits {
  const { pid } = identity;
  const limit = readNofileLimit(proc, pid);
  const soft = limit.kind === 'read' ? limit.value.soft : null;
  const counted = readOpenCount(proc, folderOf(pid, main));
  const own = open?.filter(({ tid }) => tid === main) ?? null;
  const count = own?.length ?? (counted.kind === 'read' ? counted.value : null);
  const below = own === null || soft === null || soft === 'unlimited' ? null : own.filter(({ fd }) => fd < soft).length;
  return {
    soft,
    hard: limit.kind === 'read' ? limit.value.hard : null,
    open: count,
    free: typeof soft === 'number' && below !== null ? soft - below : null,
    utilization: typeof soft === 'number' && soft > 0 && count !== null ? count / soft : null,
    highestFd: own?.at(-1)?.fd ?? null,
    peakTableSize,
  };
}
