import { parseProcStatus } from '../core/parse/proc-status.ts';
import type { ProcessFolder } from './process-folder.ts';

/**
 * By which numbers the threads of a process may be called, in each pid namespace that they live in, and which thread of this host that is:
 * jstack in a container prints `nid=7` of thread 4250. A number that means two threads is left out.
 *
 * @see proc_pid_status(5), NSpid
 */
export function readThreadNumbers(process: ProcessFolder): ReadonlyMap<number, number> {
  const tidOf = new Map<number, number>();
  const ambiguous = new Set<number>();
  for (const tid of process.threads()) {
    const text = process.proc.text(`${process.pid}/task/${tid}/status`);
    const numbers = text.kind === 'read' ? parseProcStatus(text.value).nsPids : [];
    for (const number of new Set([tid, ...numbers])) {
      if (tidOf.has(number)) ambiguous.add(number);
      tidOf.set(number, tid);
    }
  }
  for (const number of ambiguous) tidOf.delete(number);
  return tidOf;
}
