import type { Reading } from '../core/model/reading.ts';
import { parseProcStat } from '../core/parse/proc-stat.ts';
import type { KernelCalls } from './kernel-calls.ts';
import type { ProcFs } from './proc-fs.ts';

/** A descriptor, by its number and the thread whose own table holds it; null is the table of the process. */
interface Numbered {
  readonly fd: number;
  readonly tid: number | null;
}

/**
 * One process as `/proc` shows it: its folder, its threads, and the system calls that ask about it. Where the leader has exited, its
 * folder shows no descriptors, no mounts and no namespaces; another thread stands in for it, and nobody else needs to know.
 *
 * @see proc_pid_task(5)
 */
export class ProcessFolder {
  readonly proc: ProcFs;
  readonly pid: number;
  /** null where there are none: what only they tell is then not known. */
  readonly calls: KernelCalls | null;
  /** The thread that shows the process where its leader has exited; null where the leader lives, or no thread does. */
  readonly standIn: number | null;

  constructor(
    proc: ProcFs,
    pid: number,
    { calls = null, standIn = null }: { calls?: KernelCalls | null; standIn?: number | null } = {},
  ) {
    this.proc = proc;
    this.pid = pid;
    this.calls = calls;
    this.standIn = standIn;
  }

  /** `4242`, or `4242/task/4250`: where the process, or a thread with a table of its own, lies below /proc. */
  path(tid: number | null = null): string {
    const thread = tid ?? this.standIn;
    return thread === null ? `${this.pid}` : `${this.pid}/task/${thread}`;
  }

  /** The number that system calls know the process, or that thread of it, by. */
  task(tid: number | null = null): number {
    return tid ?? this.standIn ?? this.pid;
  }

  /** The text of `fdinfo/<fd>`. @see proc_pid_fdinfo(5) */
  fdinfo({ fd, tid }: Numbered): Reading<string> {
    return this.proc.text(`${this.path(tid)}/fdinfo/${fd}`);
  }

  /** The link of a descriptor, `socket:[39309]`. @see proc_pid_fd(5) */
  link({ fd, tid }: Numbered): Reading<string> {
    return this.proc.link(`${this.path(tid)}/fd/${fd}`);
  }

  /** Inode of its network namespace, where that is known without reading its folder. */
  get knownNetns(): string | null {
    return null;
  }

  /** The kernel's name of the protocol of a socket, where it is known without asking for it. */
  protocolOf(_numbered: Numbered): string | null {
    return null;
  }

  /** The numbers of the table of the process, as text. */
  numbers(): Reading<string[]> {
    return this.proc.names(`${this.path()}/fd`);
  }

  /** Its threads, lowest first. */
  threads(): number[] {
    const names = this.proc.names(`${this.pid}/task`);
    return names.kind === 'read' ? names.value.map(Number).sort((a, b) => a - b) : [this.pid];
  }

  isAlive(tid: number): boolean {
    const text = this.proc.text(`${this.pid}/task/${tid}/stat`);
    if (text.kind !== 'read') return false;
    const stat = parseProcStat(text.value);
    return stat.kind === 'parsed' && stat.state !== 'Z' && stat.state !== 'X';
  }
}

/** Process `pid`, and where its leader has exited the first thread that lives. */
export function readProcessFolder(proc: ProcFs, pid: number, calls: KernelCalls | null = null): ProcessFolder {
  const folder = new ProcessFolder(proc, pid, { calls });
  if (folder.isAlive(pid)) return folder;
  const standIn = folder.threads().find((tid) => tid !== pid && folder.isAlive(tid)) ?? null;
  return standIn === null ? folder : new ProcessFolder(proc, pid, { calls, standIn });
}
