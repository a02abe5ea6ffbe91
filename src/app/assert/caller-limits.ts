import { readNofileLimit } from '../../collect/limits.ts';
import type { ProcFs } from '../../collect/proc-fs.ts';
import type { Limit } from '../../core/model/limits.ts';

/**
 * The soft limit of descriptors that the shell which called us runs under. Node raises its own to the hard one at start,
 * and what it starts would run with that. null where it cannot be read.
 */
export function readCallersSoftLimit(proc: ProcFs): Limit | null {
  const limit = readNofileLimit(proc, process.ppid);
  return limit.kind === 'read' ? limit.value.soft : null;
}
