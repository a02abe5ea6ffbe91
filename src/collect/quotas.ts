import type { Quota, QuotaHolder, QuotaName } from '../core/model/quota.ts';
import { type Holdings, readHoldings } from './quota-holdings.ts';
import type { Deadline } from './deadline.ts';
import type { KernelCalls } from './kernel-calls.ts';
import type { ProcFs } from './proc-fs.ts';

export interface QuotasRequest {
  /** The process whose own part is wanted; null: none. */
  readonly pid: number | null;
  /** Whose processes are read; null: those of all users. */
  readonly uid: number | null;
  /** Also what takes long to count: the watches of epoll sets, the namespaces of all processes. */
  readonly isThorough: boolean;
  readonly deadline: Deadline;
  /** Asked for only where a child may have inherited what its parent counts. */
  readonly calls: () => KernelCalls | null;
}

const OF_USERS = [
  'fs.inotify.max_user_instances',
  'fs.inotify.max_user_watches',
  'fs.fanotify.max_user_groups',
] as const satisfies readonly QuotaName[];

const NAMESPACES = ['net', 'mnt', 'pid', 'user', 'ipc', 'uts', 'cgroup', 'time'] as const;

/**
 * The limits beside RLIMIT_NOFILE and how far they are used: those of a user over all processes of that user that may be looked into,
 * those of the machine as the kernel counts them. Reads every link of every such process: not for each tick.
 *
 * @see proc_sys_fs(5), inotify(7), fanotify(7), epoll(7), pty(7), namespaces(7)
 */
export function readQuotas(proc: ProcFs, request: QuotasRequest): Quota[] {
  const held = readHoldings(proc, request);
  const perUser = request.isThorough ? [...OF_USERS, 'fs.epoll.max_user_watches' as const] : OF_USERS;
  const uids = request.uid === null ? held.uids : [request.uid];
  return [
    ...perUser.flatMap((name) => {
      const limit = readLimit(proc, name);
      return limit === null ? [] : uids.map((uid) => toUserQuota(name, limit, uid, { held, pid: request.pid }));
    }),
    ...readPtys(proc, held, request.pid),
    ...readOpenFiles(proc, held, request.pid),
    ...(request.isThorough ? NAMESPACES.flatMap((type) => readNamespaces(proc, type)) : []),
  ];
}

function sumOf(holders: readonly QuotaHolder[]): number {
  return holders.reduce((sum, { count }) => sum + count, 0);
}

interface Seen {
  readonly held: Holdings;
  readonly pid: number | null;
}

function toUserQuota(name: QuotaName, limit: number, uid: number, { held, pid }: Seen): Quota {
  const holders = held.holdersOf(name, uid);
  const used = sumOf(holders);
  const own = pid === null || !held.hasRead(pid) ? null : (holders.find((one) => one.pid === pid)?.count ?? 0);
  return { name, of: 'user', uid, limit, used, own, unread: held.unreadOf(uid), holders };
}

/** `kernel.pty.nr` of `kernel.pty.max`; of the holders those that were read. */
function readPtys(proc: ProcFs, held: Holdings, pid: number | null): Quota[] {
  const limit = readLimit(proc, 'kernel.pty.max');
  if (limit === null) return [];
  const holders = held.holdersOf('kernel.pty.max', null);
  const own = pid === null || !held.hasRead(pid) ? null : (holders.find((one) => one.pid === pid)?.count ?? 0);
  const used = readNumber(proc, 'sys/kernel/pty/nr');
  return [{ name: 'kernel.pty.max', of: 'machine', uid: null, limit, used, own, unread: null, holders }];
}

/** `1216	0	9223372036854775807`: in use, free, at most. */
function readOpenFiles(proc: ProcFs, held: Holdings, pid: number | null): Quota[] {
  const text = proc.text('sys/fs/file-nr');
  const [used, , limit] = text.kind === 'read' ? text.value.trim().split(/\s+/).map(Number) : [];
  if (used === undefined || limit === undefined || !Number.isFinite(used + limit)) return [];
  const own = pid === null ? null : held.openOf(pid);
  return [{ name: 'fs.file-max', of: 'machine', uid: null, limit, used, own, unread: null, holders: [] }];
}

/** How many are lived in, by whomever; who made each, and those that only a descriptor or a mount keeps, the kernel tells nobody. */
function readNamespaces(proc: ProcFs, type: (typeof NAMESPACES)[number]): Quota[] {
  const name = `user.max_${type}_namespaces` as const;
  const limit = readLimit(proc, name);
  const pids = proc.names('.');
  if (limit === null || pids.kind !== 'read') return [];
  const seen = new Set<string>();
  let unread = 0;
  for (const pid of pids.value) {
    if (!/^\d+$/.test(pid)) continue;
    const link = proc.link(`${pid}/ns/${type}`);
    if (link.kind === 'read') seen.add(link.value);
    else if (link.kind !== 'gone') unread++;
  }
  return [{ name, of: 'each-user', uid: null, limit, used: seen.size, own: null, unread, holders: [] }];
}

function readLimit(proc: ProcFs, name: QuotaName): number | null {
  return readNumber(proc, `sys/${name.replaceAll('.', '/')}`);
}

function readNumber(proc: ProcFs, path: string): number | null {
  const text = proc.text(path);
  const value = text.kind === 'read' && text.value.trim() !== '' ? Number(text.value) : Number.NaN;
  return Number.isFinite(value) ? value : null;
}
