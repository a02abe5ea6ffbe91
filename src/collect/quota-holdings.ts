import type { QuotaHolder, QuotaName } from '../core/model/quota.ts';
import { parseFdinfo } from '../core/parse/proc-fdinfo.ts';
import type { Deadline } from './deadline.ts';
import type { KernelCalls } from './kernel-calls.ts';
import type { ProcFs } from './proc-fs.ts';
import { readComm, readParent } from './process-identity.ts';

export interface HoldingsRequest {
  /** Read before all others, which are left out where time is short; null: none. */
  readonly pid: number | null;
  /** Whose processes are read; null: those of all users. */
  readonly uid: number | null;
  /** Whether the watches of epoll sets are wanted: one more read for each set. */
  readonly isThorough: boolean;
  readonly deadline: Deadline;
  /** Asked for only where a child may have inherited what its parent counts. */
  readonly calls: () => KernelCalls | null;
}

/** What processes hold of things that are limited by user, by quota, user and process. */
export class Holdings {
  readonly #holders = new Map<string, QuotaHolder[]>();
  readonly #uids = new Set<number>();
  readonly #unread = new Map<number, number>();
  readonly #open = new Map<number, number>();
  #missed = 0;

  /** Users of which some process was seen. */
  get uids(): readonly number[] {
    return [...this.#uids].sort((a, b) => a - b);
  }

  /** Most first; of all users where `uid` is null. */
  holdersOf(name: QuotaName, uid: number | null): readonly QuotaHolder[] {
    const uids = uid === null ? this.#uids : [uid];
    const all = [...uids].flatMap((one) => this.#holders.get(`${name} ${one}`) ?? []);
    return all.sort((a, b) => b.count - a.count || a.pid - b.pid);
  }

  /** Processes of the user that could not be read, and those that time did not suffice for, whosever they are. */
  unreadOf(uid: number): number {
    return (this.#unread.get(uid) ?? 0) + this.#missed;
  }

  hasRead(pid: number): boolean {
    return this.#open.has(pid);
  }

  openOf(pid: number): number | null {
    return this.#open.get(pid) ?? null;
  }

  note(uid: number, pid: number, comm: string, counts: Readonly<Partial<Record<QuotaName, number>>>): void {
    this.#uids.add(uid);
    for (const [name, count] of Object.entries(counts)) {
      const key = `${name} ${uid}`;
      const known = this.#holders.get(key) ?? [];
      known.push({ pid, comm, count });
      this.#holders.set(key, known);
    }
  }

  noteRead(pid: number, open: number): void {
    this.#open.set(pid, open);
  }

  noteUnread(uid: number): void {
    this.#uids.add(uid);
    this.#unread.set(uid, (this.#unread.get(uid) ?? 0) + 1);
  }

  noteMissed(count: number): void {
    this.#missed += count;
  }
}

/** Reads the links of all processes of a user, or of everybody, and the watches behind those that have some. */
export function readHoldings(proc: ProcFs, request: HoldingsRequest): Holdings {
  const { uid: wanted } = request;
  const held = new Holdings();
  const pids = readPids(proc, `${request.pid}`);
  // A /proc that does not even show process 1 hides those of other users.
  if (wanted === null && !pids.includes('1')) held.noteMissed(1);
  const instances = new Instances(proc, request.calls);
  for (const [at, pid] of pids.entries()) {
    if (at > 0 && request.deadline.isOver()) {
      held.noteMissed(pids.length - at);
      break;
    }
    const uid = readOwner(proc, pid);
    if (uid === null || (wanted !== null && uid !== wanted)) continue;
    const fds = proc.names(`${pid}/fd`);
    if (fds.kind === 'denied' || fds.kind === 'failed') held.noteUnread(uid);
    if (fds.kind !== 'read') continue;
    const counts = countLinks(proc, pid, fds.value, { ...request, instances });
    if (counts === null) {
      held.noteMissed(pids.length - at);
      break;
    }
    held.noteRead(Number(pid), fds.value.length);
    held.note(uid, Number(pid), Object.keys(counts).length === 0 ? '' : readComm(proc, pid), counts);
  }
  return held;
}

/** Of all processes, `first` before the others. */
function readPids(proc: ProcFs, first: string): readonly string[] {
  const names = proc.names('.');
  const pids = names.kind === 'read' ? names.value.filter((name) => /^\d+$/.test(name)) : [];
  return pids.includes(first) ? [first, ...pids.filter((pid) => pid !== first)] : pids;
}

/** null where it is gone. */
function readOwner(proc: ProcFs, pid: string): number | null {
  // The folder itself is the effective user's, also of a process that is not dumpable. @see kernel fs/proc/base.c task_dump_owner()
  const owner = proc.stat(pid);
  return owner.kind === 'read' ? Number(owner.value.uid) : null;
}

interface Counting extends HoldingsRequest {
  readonly instances: Instances;
}

/** What a link counts in, alone or by what it watches. Some kernels print brackets, others do not. */
const QUOTA_OF: Readonly<Record<string, QuotaName>> = {
  'anon_inode:inotify': 'fs.inotify.max_user_instances',
  'anon_inode:[inotify]': 'fs.inotify.max_user_instances',
  'anon_inode:[fanotify]': 'fs.fanotify.max_user_groups',
  'anon_inode:[eventpoll]': 'fs.epoll.max_user_watches',
  '/dev/ptmx': 'kernel.pty.max',
  '/dev/pts/ptmx': 'kernel.pty.max',
};

/** So many are read whatever the time: within one turn of the processor, however long that takes to come. */
const AT_ONCE = 256;

/** null where time is over. */
function countLinks(
  proc: ProcFs,
  pid: string,
  fds: readonly string[],
  { isThorough, deadline, instances }: Counting,
): Readonly<Partial<Record<QuotaName, number>>> | null {
  const counts: Partial<Record<QuotaName, number>> = {};
  const add = (name: QuotaName, count: number): void => {
    if (count > 0) counts[name] = (counts[name] ?? 0) + count;
  };
  for (const [at, fd] of fds.entries()) {
    if (at % AT_ONCE === AT_ONCE - 1 && deadline.isOver()) return null;
    const link = proc.link(`${pid}/fd/${fd}`);
    const name = link.kind === 'read' ? QUOTA_OF[link.value] : undefined;
    if (name === undefined) continue;
    if (name === 'fs.epoll.max_user_watches') {
      if (isThorough) add(name, readInfo(proc, pid, fd)?.epollTargets.length ?? 0);
    } else if (name !== 'fs.inotify.max_user_instances') add(name, 1);
    else if (instances.isNew(Number(pid), Number(fd))) {
      add(name, 1);
      add('fs.inotify.max_user_watches', readInfo(proc, pid, fd)?.inotifyWatches ?? 0);
    }
  }
  return counts;
}

/** Instances of inotify: one that a child has inherited is one for the kernel. */
class Instances {
  readonly #proc: ProcFs;
  readonly #calls: () => KernelCalls | null;
  readonly #known = new Map<string, number[]>();

  constructor(proc: ProcFs, calls: () => KernelCalls | null) {
    this.#proc = proc;
    this.#calls = calls;
  }

  /** Only one of the same number that watches the same may be the same; the kernel knows, else a parent's is taken for the child's. */
  isNew(pid: number, fd: number): boolean {
    const text = this.#proc.text(`${pid}/fdinfo/${fd}`);
    const key = `${fd} ${text.kind === 'read' ? text.value : pid}`;
    const known = this.#known.get(key) ?? [];
    if (known.some((other) => this.#isSame(fd, pid, other))) return false;
    this.#known.set(key, [...known, pid]);
    return true;
  }

  #isSame(fd: number, pid: number, other: number): boolean {
    const order = this.#calls()?.compareFiles(other, fd, fd, pid) ?? -1;
    if (order >= 0) return order === 0;
    return readParent(this.#proc, pid) === other || readParent(this.#proc, other) === pid;
  }
}

function readInfo(proc: ProcFs, pid: string, fd: string): ReturnType<typeof parseFdinfo> | null {
  const text = proc.text(`${pid}/fdinfo/${fd}`);
  return text.kind === 'read' ? parseFdinfo(text.value) : null;
}
