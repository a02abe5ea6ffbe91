import { parseProcStat } from '../core/parse/proc-stat.ts';
import type { ProcessFolder } from './process-folder.ts';

/** Whether anybody traces a process, and whether it is stopped. */
export interface TraceState {
  /** The pid of its tracer, 0 for none. */
  readonly tracer: number;
  readonly isStopped: boolean;
}

/** null where there is no such process. Any thread that is traced or stopped counts. @see proc_pid_status(5), TracerPid */
export function readTraceState(process: ProcessFolder): TraceState | null {
  let [tracer, isStopped, isThere] = [0, false, false];
  for (const tid of process.threads()) {
    const folder = `${process.pid}/task/${tid}`;
    const stat = process.proc.text(`${folder}/stat`);
    const status = process.proc.text(`${folder}/status`);
    if (stat.kind !== 'read' || status.kind !== 'read') continue;
    const parsed = parseProcStat(stat.value);
    isThere = true;
    tracer ||= Number(/^TracerPid:\s*(\d+)/m.exec(status.value)?.[1] ?? 0);
    isStopped ||= parsed.kind === 'parsed' && /^[Tt]$/.test(parsed.state);
  }
  return isThere ? { tracer, isStopped } : null;
}
