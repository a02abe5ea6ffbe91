import { readFrozen } from '../../collect/freezer.ts';
import type { ProcessFolder } from '../../collect/process-folder.ts';
import { readThreadWaits } from '../../collect/thread-waits.ts';

/** Why a process cannot close anything just now: stopped, traced or frozen. null where it can, or nothing tells. */
export function readHeldUp(process: ProcessFolder): string | null {
  const waits = readThreadWaits(process);
  const isStopped = waits.kind === 'read' && waits.threads.some(({ kind }) => kind === 'stopped');
  return isStopped ? 'a thread of it is stopped or traced' : readFrozen(process);
}
