import { type OpenCounter, readNofileLimit, readOpenCount } from '../../collect/limits.ts';
import { ProcessFolder } from '../../collect/process-folder.ts';
import type { Limit } from '../../core/model/limits.ts';
import type { World } from '../world.ts';
import { readPhase } from '../inspect/phase.ts';

/** What is to be had of a process without looking at its descriptors. */
export interface CheapCount {
  readonly soft: Limit | null;
  readonly hard: Limit | null;
  /**
   * Counts the descriptors, as any user may. null before Linux 6.2, and of a process that is about to be gone or whose leader has exited:
   * it has none then, whatever the other threads hold.
   */
  open(): number | null;
}

/**
 * Reads the limit of `pid`. null when it is gone, or about to be. `isExiting`: what was just read of its first thread; `counter`: what counted
 * it before.
 */
export function readCheapCount(
  world: World,
  pid: number,
  { isExiting = true, counter = null }: { isExiting?: boolean; counter?: OpenCounter | null } = {},
): CheapCount | null {
  const limit = readNofileLimit(world.proc, pid);
  if (limit.kind === 'gone' || (isExiting && readPhase(world, pid) === 'ending')) return null;
  const { soft, hard } = limit.kind === 'read' ? limit.value : { soft: null, hard: null };
  let known: number | null | undefined;
  const open = (): number | null => (known ??= readOpen());
  const readOpen = (): number | null => {
    const process = new ProcessFolder(world.proc, pid);
    const count = counter === null ? readOpenCount(process) : counter.read(process);
    return count.kind === 'read' && readPhase(world, pid) === 'running' ? count.value : null;
  };
  return { soft, hard, open };
}
