import { readFileSync } from 'node:fs';
import type { ProcessFolder } from './process-folder.ts';

/** What a thread waits in while its cgroup is frozen, of version 2 and of version 1. @see kernel kernel/signal.c, kernel/freezer.c */
const FROZEN_IN: ReadonlySet<string> = new Set(['do_freezer_trap', '__refrigerator']);

/**
 * Why a process cannot run although nothing has stopped it: its cgroup is frozen. null where it is not, or nothing tells.
 *
 * @see cgroups(7); proc_pid_wchan(5)
 */
export function readFrozen(process: ProcessFolder): string | null {
  const because = 'its cgroup is frozen';
  const wchan = process.proc.text(`${process.path()}/wchan`);
  if (wchan.kind === 'read' && FROZEN_IN.has(wchan.value.trim())) return because;
  const cgroup = process.proc.text(`${process.path()}/cgroup`);
  const [, path] = cgroup.kind === 'read' ? (/^0::(\/.*)$/m.exec(cgroup.value) ?? []) : [];
  return path !== undefined && hasFrozenEvents(path) ? because : null;
}

function hasFrozenEvents(path: string): boolean {
  try {
    return /^frozen 1$/m.test(readFileSync(`/sys/fs/cgroup${path}/cgroup.events`, 'latin1'));
  } catch {
    return false;
  }
}
