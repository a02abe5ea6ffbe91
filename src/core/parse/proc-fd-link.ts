import type { Kind } from '../model/descriptor.ts';
import { type Inode, toInode } from '../model/inode.ts';

/**
 * Stands for a path that does not fit a page of memory: the kernel tells that of no link, to nobody. The descriptor is one all the same.
 *
 * @see kernel fs/proc/base.c do_proc_readlink()
 */
export const TOO_LONG = '/(a path longer than a page)';

/** What the text of a descriptor link tells. */
export interface FdLink {
  /** `path`: only stat(2) can tell a file from a directory, a fifo or a device. */
  readonly kind: Kind | 'path';
  /** Where the text has one; that of a `path` or an anonymous inode comes from elsewhere. */
  readonly inode: Inode | null;
  /** Of a `path` alone: it ends in ` (deleted)`, which may be part of a file's real name. */
  readonly saysDeleted: boolean;
}

const SOCKET = 'socket:[';
const ANON_INODE = 'anon_inode:';
const DELETED = ' (deleted)';
const NUMBERED = /^([a-z_]+):\[(\d+)\]$/;

/** Anonymous inodes by name, without the brackets that some kernels print and others do not. */
const ANON_KINDS: Readonly<Record<string, Kind>> = {
  eventpoll: 'epoll',
  eventfd: 'eventfd',
  timerfd: 'timerfd',
  signalfd: 'signalfd',
  inotify: 'inotify',
  fanotify: 'fanotify',
  pidfd: 'pidfd',
  io_uring: 'io-uring',
  userfaultfd: 'userfaultfd',
  perf_event: 'perf-event',
};

/** `bpf-map`, `bpf-prog`, `bpf_link`, `bpf_iter`, `btf` … */
const BPF = /^(?:bpf[-_]|btf$)/;

/** `name:[inode]`. The rest of them are namespaces. */
const NUMBERED_KINDS: Readonly<Record<string, Kind>> = {
  socket: 'socket',
  pipe: 'pipe',
  pidfd: 'pidfd',
  cgroup: 'namespace',
  ipc: 'namespace',
  mnt: 'namespace',
  net: 'namespace',
  pid: 'namespace',
  pid_for_children: 'namespace',
  time: 'namespace',
  time_for_children: 'namespace',
  user: 'namespace',
  uts: 'namespace',
};

/** Names that the kernel makes up and that look like paths. A process without root cannot create files there. */
const MADE_UP_PATHS: readonly (readonly [prefix: string, Kind])[] = [
  ['/memfd:', 'memfd'],
  ['/dmabuf:', 'anon'],
  ['/secretmem (deleted)', 'anon'],
];

/**
 * Reads a link `/proc/<pid>/fd/<n>`: `socket:[39309]`, `pipe:[8]`, `anon_inode:[eventpoll]`, `net:[4026531833]`,
 * `/memfd:name (deleted)`, `/var/log/app.log (deleted)`. Total: what it does not know is `other`, an unknown
 * anonymous inode is `anon`.
 *
 * @see proc_pid_fd(5); kernel fs/d_path.c dynamic_dname()
 */
export function parseFdLink(link: string): FdLink {
  if (link.startsWith(SOCKET)) return toSocket(link);
  if (link.startsWith('/') || link.startsWith('(unreachable)/')) return toPath(link);
  if (link.startsWith(ANON_INODE)) return toAnon(link.slice(ANON_INODE.length));

  const [, name = '', inode] = NUMBERED.exec(link) ?? [];
  if (inode === undefined) return toLink('other', null);
  return toLink(lookUp(NUMBERED_KINDS, name) ?? 'other', toInode(inode));
}

/** Apart from the other `name:[inode]` because a leaking process has thousands of it. */
function toSocket(link: string): FdLink {
  const end = link.length - 1;
  let at = SOCKET.length;
  while (at < end && isDigit(link.charCodeAt(at))) at++;
  const isWhole = at === end && at > SOCKET.length && link.endsWith(']');
  return isWhole ? toLink('socket', toInode(link.slice(SOCKET.length, end))) : toLink('other', null);
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function toAnon(printed: string): FdLink {
  const name = printed.startsWith('[') && printed.endsWith(']') ? printed.slice(1, -1) : printed;
  return toLink(lookUp(ANON_KINDS, name) ?? (BPF.test(name) ? 'bpf' : 'anon'), null);
}

function toPath(link: string): FdLink {
  for (const [prefix, kind] of MADE_UP_PATHS) if (link.startsWith(prefix)) return toLink(kind, null);
  return { kind: 'path', inode: null, saysDeleted: link.endsWith(DELETED) };
}

function lookUp(kinds: Readonly<Record<string, Kind>>, name: string): Kind | undefined {
  return Object.hasOwn(kinds, name) ? kinds[name] : undefined;
}

function toLink(kind: Kind, inode: Inode | null): FdLink {
  return { kind, inode, saysDeleted: false };
}
