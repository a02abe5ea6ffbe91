import { readOpenCount } from '../../collect/limits.ts';
import { ProcessFolder } from '../../collect/process-folder.ts';
import type { ProcFs } from '../../collect/proc-fs.ts';

const CALM_MS = 500;

/** Whether the number of descriptors has not changed for half a second: its pid, or null. */
export function toCalmTest(proc: ProcFs, pid: number): () => number | null {
  const folder = new ProcessFolder(proc, pid);
  let last: number | null = null;
  let since = performance.now();
  return () => {
    const count = readOpenCount(folder);
    const open = count.kind === 'read' ? count.value : null;
    if (open !== last) since = performance.now();
    last = open;
    return performance.now() - since >= CALM_MS ? pid : null;
  };
}
