import { readNofileLimit, readOpenCount } from '../../collect/limits.ts';
import type { Limit } from '../../core/model/limits.ts';
import type { World } from '../world.ts';
import { readPhase } from './phase.ts';

/** What is to be had of a process without listing its descriptors: two system calls and one small file. */
export interface CheapCount {
  /** null before Linux 6.2, and of a process whose leader has exited. */
  readonly open: number | null;
  readonly soft: Limit | null;
  readonly hard: Limit | null;
}

/**
 * Counts the descriptors of `pid` as any user may. null when it is gone, or about to be: it then has none any more. A leader that has
 * exited has none either, whatever the other threads hold.
 */
export function readCheapCount(world: World, pid: number): CheapCount | null {
  const open = readOpenCount(world.proc, `${pid}`);
  const limit = readNofileLimit(world.proc, pid);
  const phase = readPhase(world, pid);
  if (open.kind === 'gone' || phase === 'ending') return null;
  const { soft, hard } = limit.kind === 'read' ? limit.value : { soft: null, hard: null };
  return { open: open.kind === 'read' && phase === 'running' ? open.value : null, soft, hard };
}
