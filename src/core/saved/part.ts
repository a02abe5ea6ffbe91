import type { Kind } from '../model/descriptor.ts';
import type { Inode } from '../model/inode.ts';
import type { EpollTarget } from '../model/open-descriptor.ts';
import type { Limit } from '../model/limits.ts';
import type { Abi } from '../parse/task-syscall.ts';
import type { Endpoint } from '../model/socket.ts';
import { type Stacks, STACK_SOURCES } from '../model/stacks.ts';

/** What printed a text, told by the text itself. */
export const SAVED_TOOLS = [
  'lsof',
  'lsof-fields',
  'lsof-json',
  'proc-fd-listing',
  'busybox-lsof',
  'lsfd',
  'lsfd-json',
  'ss',
  'ss-summary',
  'netstat',
  'proc-limits',
  'prlimit',
  'ulimit',
  'proc-status',
  'proc-stat',
  'proc-fdinfo',
  'proc-cmdline',
  'proc-syscall',
  'proc-exe',
  'proc-net',
  ...STACK_SOURCES,
  'valgrind-fds',
  'inspection',
  'count',
  'histogram',
  'json',
  'csv',
  'haproxy-fds',
  'fuser',
  'file-nr',
  'strace',
] as const;

export type SavedTool = (typeof SAVED_TOOLS)[number];

export interface Holder {
  readonly pid: number;
  readonly fd: number | null;
}

/** A type of unix sockets, in the words of the house. */
export type UnixType = 'stream' | 'dgram' | 'seqpacket';

/** A socket as some listing shows it. What the listing does not say is null. */
export interface SavedSocket {
  readonly inode: Inode | null;
  /** Who holds it, as far as the listing names them: parents and children share sockets. */
  readonly holders: readonly Holder[];
  /** `tcp`, `udp`, `unix`, `netlink`, … in lower case, without the `6` of IPv6; null when it is not told. */
  readonly protocol: string | null;
  readonly family: 'inet' | 'inet6' | 'unix' | 'netlink' | 'packet' | 'other' | null;
  /** The kernel's name, `TCPv6`, where the listing prints it. */
  readonly protocolName: string | null;
  /** In the kernel's spelling: `CLOSE_WAIT`; of unix sockets `CONNECTED`. */
  readonly state: string | null;
  readonly local: Endpoint | null;
  readonly remote: Endpoint | null;
  readonly path: string | null;
  /** Of a unix socket; null where it is not told. */
  readonly unixType: UnixType | null;
  readonly recvQueueBytes: number | null;
  readonly sendQueueBytes: number | null;
  /** Whether a table of the kernel lists it, as far as this listing tells: null where it does not look. */
  readonly listed: boolean | null;
}

/** A descriptor, or another reference of a process to a file (cwd, txt, mem), as a listing shows it. */
export interface SavedDescriptor {
  readonly pid: number | null;
  /** null for references that are no descriptors, and where the number was not printed or was cut. */
  readonly fd: number | null;
  /** The number as printed, `42`, `*770`, `cwd`; '' where nothing was. */
  readonly fdText: string;
  readonly isDescriptor: boolean;
  readonly kind: Kind | null;
  /** The link as `/proc/<pid>/fd` has it, as far as it can be made from the row. */
  readonly target: string;
  readonly inode: Inode | null;
  readonly deleted: boolean;
  readonly socket: SavedSocket | null;
}

export interface SavedLimits {
  readonly soft: Limit | null;
  readonly hard: Limit | null;
}

/** A libuv handle of a Node report that has a descriptor. */
export interface SavedHandle {
  readonly fd: number;
  readonly type: string;
  readonly local: Endpoint | null;
  readonly remote: Endpoint | null;
  /** A TCP handle with a local end, no remote one, and nothing that listens: the connection is over. */
  readonly isDead: boolean;
}

export type PartContent =
  | {
      readonly kind: 'descriptors';
      readonly rows: readonly SavedDescriptor[];
      /** Name of the process by pid, where the listing prints it. */
      readonly commands: ReadonlyMap<number, string>;
      /** Name or number of the user of a process by pid, where the listing prints it. */
      readonly users: ReadonlyMap<number, string>;
    }
  | { readonly kind: 'sockets'; readonly rows: readonly SavedSocket[]; readonly hasOwners: boolean }
  | { readonly kind: 'limits'; readonly rows: number; readonly limits: SavedLimits }
  | { readonly kind: 'count'; readonly descriptors: number | null; readonly sockets: number | null }
  | { readonly kind: 'stacks'; readonly stacks: Stacks }
  | {
      readonly kind: 'node-report';
      readonly rows: number;
      readonly handles: readonly SavedHandle[];
      readonly limits: SavedLimits;
    }
  | { readonly kind: 'process'; readonly facts: SavedProcess; readonly rows: number }
  | { readonly kind: 'protocols'; readonly rows: number; readonly mptcpSockets: number }
  | { readonly kind: 'fdinfo'; readonly rows: number; readonly infos: readonly SavedFdInfo[] }
  /** What a thread waited in, as `/proc/<pid>/task/<tid>/syscall` has it. */
  | { readonly kind: 'thread'; readonly rows: number; readonly tid: number; readonly text: string }
  /** What the numbers of its calls mean; null where that is not known. */
  | { readonly kind: 'program'; readonly rows: number; readonly abi: Abi | null }
  | { readonly kind: 'text'; readonly rows: number }
  | { readonly kind: 'refused'; readonly because: string; readonly remedy: string };

/** What `/proc/<pid>/fdinfo/<fd>` says of an epoll set; of any other descriptor it has no targets. */
export interface SavedFdInfo {
  readonly fd: number;
  /** null where a line of it could not be read. */
  readonly targets: readonly EpollTarget[] | null;
}

/** What `/proc/<pid>/status` and `stat` say of a process. */
export interface SavedProcess {
  readonly pid: number | null;
  readonly comm: string | null;
  readonly uid: number | null;
  readonly threads: number | null;
  readonly startTicks: number | null;
  readonly peakTableSize: number | null;
  /** In how many pid namespaces it has a number, from that of who saved it on. */
  readonly pidNamespaces: number | null;
  readonly cmdline: readonly string[] | null;
}

/** One listing in a text. */
export interface Part {
  readonly tool: SavedTool;
  readonly firstLine: number;
  readonly lastLine: number;
  /** Lines that belong to it: rows, headings, and halves of wrapped rows. */
  readonly lines: number;
  /** The command that was shown before it. */
  readonly command: string | null;
  /** Pids that its rows or its command name. */
  readonly pids: readonly number[];
  /** Pids that its command names. */
  readonly askedPids: readonly number[];
  /** Why it is not the whole, and what it does not tell. */
  readonly partial: readonly string[];
  /** Whether no row is known to be missing. */
  readonly isWhole: boolean;
  readonly content: PartContent;
}

/** What was recognised of a text. `parts[].lines` + `otherLines` = the lines of the text. */
export interface Saved {
  readonly parts: readonly Part[];
  /** Lines of no part: blank, prompts, chatter, and what was not recognised. */
  readonly otherLines: number;
  /** The numbers of lines that were not recognised, the first hundred. */
  readonly unrecognised: readonly number[];
  readonly unrecognisedCount: number;
}
