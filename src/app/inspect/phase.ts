import type { ProcFs } from '../../collect/proc-fs.ts';
import { parseProcStat } from '../../core/parse/proc-stat.ts';
import type { World } from '../world.ts';

/** `leaderless`: its first thread has ended, others live on. `ending`: the last are about to be gone, or are. */
export type Phase = 'running' | 'leaderless' | 'ending';

/**
 * Where a process stands in its life. One that ends lets go of all its descriptors at once, and then is there for a while: what is
 * missing in a listing was not closed, it was not seen. A stat that cannot be read (no descriptor left to open it with) says nothing.
 *
 * @see proc_pid_stat(5), flags; kernel kernel/exit.c do_exit(): PF_EXITING comes before exit_files()
 */
export function readPhase({ proc }: World, pid: number): Phase {
  const leader = readIsExiting(proc, `${pid}`);
  if (leader !== true) return leader === null ? 'ending' : 'running';
  const tasks = proc.names(`${pid}/task`);
  const others = tasks.kind === 'read' ? tasks.value.filter((tid) => tid !== `${pid}`) : [];
  return others.some((tid) => readIsExiting(proc, `${pid}/task/${tid}`) === false) ? 'leaderless' : 'ending';
}

/** null where the thread is gone. */
function readIsExiting(proc: ProcFs, folder: string): boolean | null {
  const text = proc.text(`${folder}/stat`);
  if (text.kind !== 'read') return text.kind === 'gone' ? null : false;
  const stat = parseProcStat(text.value);
  return stat.kind === 'parsed' && stat.isExiting;
}
