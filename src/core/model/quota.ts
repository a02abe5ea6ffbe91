import type { HoursToLimit } from './trend.ts';

/** A limit of the user, not of the process. */
export interface QuotaUse {
  /** `fs.inotify.max_user_instances` */
  readonly name: string;
  readonly limit: number;
  /** At least so many are in use by this user. */
  readonly used: number;
  readonly uid: number;
}

/** A quota that something here grows towards. */
export interface QuotaTrend extends QuotaUse {
  readonly hoursToLimit: HoursToLimit;
}

/** A limit beside RLIMIT_NOFILE, of one user or of the machine, and how far it is used. What is not known is null. */
export interface Quota {
  /** The sysctl: `fs.inotify.max_user_instances`. */
  readonly name: QuotaName;
  /** `each-user`: the limit is of each user, and `used` the whole machine's. */
  readonly of: 'user' | 'each-user' | 'machine';
  /** Whose; null where it is not a single user's. */
  readonly uid: number | null;
  readonly limit: number | null;
  /** In all processes that could be read: no fewer in truth. */
  readonly used: number | null;
  /** What the process itself holds of them; null where there is no such process, or it could not be read. */
  readonly own: number | null;
  /** Processes that may hold more, and could not be read; null where the kernel itself counts. */
  readonly unread: number | null;
  /** Most first; none where the kernel itself counts and names nobody. */
  readonly holders: readonly QuotaHolder[];
}

export interface QuotaHolder {
  readonly pid: number;
  readonly comm: string;
  readonly count: number;
}

export type QuotaName = keyof typeof QUOTA_INFO;

/** What each counts, and how a call fails that would go beyond. @see proc_sys_fs(5), proc_sys_kernel(5), namespaces(7) */
export const QUOTA_INFO = {
  'fs.inotify.max_user_instances': { what: 'inotify instances', call: 'inotify_init(2)', error: 'EMFILE' },
  'fs.inotify.max_user_watches': { what: 'inotify watches', call: 'inotify_add_watch(2)', error: 'ENOSPC' },
  'fs.fanotify.max_user_groups': { what: 'fanotify groups', call: 'fanotify_init(2)', error: 'EMFILE' },
  'fs.epoll.max_user_watches': { what: 'epoll watches', call: 'epoll_ctl(2)', error: 'ENOSPC' },
  'kernel.pty.max': { what: 'pseudoterminals', call: 'opening /dev/ptmx', error: 'ENOSPC' },
  'fs.file-max': { what: 'open files', call: 'open(2)', error: 'ENFILE' },
  'user.max_net_namespaces': { what: 'net namespaces', call: 'unshare(2)', error: 'ENOSPC' },
  'user.max_mnt_namespaces': { what: 'mnt namespaces', call: 'unshare(2)', error: 'ENOSPC' },
  'user.max_pid_namespaces': { what: 'pid namespaces', call: 'unshare(2)', error: 'ENOSPC' },
  'user.max_user_namespaces': { what: 'user namespaces', call: 'unshare(2)', error: 'ENOSPC' },
  'user.max_ipc_namespaces': { what: 'ipc namespaces', call: 'unshare(2)', error: 'ENOSPC' },
  'user.max_uts_namespaces': { what: 'uts namespaces', call: 'unshare(2)', error: 'ENOSPC' },
  'user.max_cgroup_namespaces': { what: 'cgroup namespaces', call: 'unshare(2)', error: 'ENOSPC' },
  'user.max_time_namespaces': { what: 'time namespaces', call: 'unshare(2)', error: 'ENOSPC' },
} as const satisfies Readonly<Record<string, { readonly what: string; readonly call: string; readonly error: string }>>;
