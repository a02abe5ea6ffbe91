import { readNofileLimit, readOpenCount } from '../../collect/limits.ts';
import type { Limit } from '../../core/model/limits.ts';
import type { World } from '../world.ts';

/** What is to be had of a process without listing its descriptors: two system calls and one small file. */
export interface CheapCount {
  /** null before Linux 6.2, and of a process whose leader has exited. */
  readonly open: number | null;
  readonly soft: Limit | null;
  readonly hard: Limit | null;
}

/** Counts the descriptors of `pid` as any user may. null when it is gone. */
export function readCheapCount({ proc }: World, pid: number): CheapCount | null {
  const open = readOpenCount(proc, `${pid}`);
  if (open.kind === 'gone') return null;
  const limit = readNofileLimit(proc, pid);
  const { soft, hard } = limit.kind === 'read' ? limit.value : { soft: null, hard: null };
  return { open: open.kind === 'read' ? open.value : null, soft, hard };
}
