import type { Inode } from './inode.ts';
import type { Endpoint, SocketType, TcpState, TcpUse, UnixState } from './socket.ts';

/** The `/proc/<pid>/net` tables whose rows have addresses. */
export const INET_TABLES = [
  'tcp',
  'tcp6',
  'udp',
  'udp6',
  'udplite',
  'udplite6',
  'raw',
  'raw6',
  'icmp',
  'icmp6',
] as const;

export type InetTable = (typeof INET_TABLES)[number];

/** One row of `/proc/<pid>/net/{tcp,udp,raw,icmp}` and their IPv6 sisters. Inode `0` has no owner. */
export interface InetRow {
  readonly inode: Inode;
  readonly state: TcpState;
  readonly local: Endpoint;
  readonly remote: Endpoint;
  /** For a listener: 0. Saved listings may not tell: null. */
  readonly sendQueueBytes: number | null;
  /** For a listener: the number of connections that wait to be accepted. */
  readonly recvQueueBytes: number | null;
  /** For a listener: how many connections may wait. Netlink tells; the text does not, nor for any other socket: null. */
  readonly backlog: number | null;
  /** What netlink tells of a connection; the text does not: null. */
  readonly use: TcpUse | null;
}

/** One row of `/proc/<pid>/net/unix`. */
export interface UnixRow {
  readonly inode: Inode;
  readonly type: SocketType;
  readonly state: UnixState;
  /** One character per byte; null for an unnamed socket. Abstract names start with `@`. */
  readonly pathBytes: string | null;
}

/** What netlink tells of a unix socket beyond its row in `/proc/net/unix`. */
export interface UnixDiag {
  /** `0` is a peer that is gone; null where there is none, also while it waits to be accepted. */
  readonly peerInode: Inode | null;
  readonly unreadBytes: number | null;
}

/** One row of `/proc/<pid>/net/netlink`. */
export interface NetlinkRow {
  readonly inode: Inode;
  readonly protocolNumber: number;
}

/** One row of `/proc/<pid>/net/packet`. */
export interface PacketRow {
  readonly inode: Inode;
  readonly type: SocketType;
}

/** One socket as ss prints it. */
export interface SsRow {
  /** `tcp`, `udp`, `mptcp`, `u_str`, `u_dgr`, `u_seq` … as ss names it. */
  readonly netid: string;
  /** In the kernel's spelling, `CLOSE_WAIT`; ss's `UNCONN` is `CLOSE`. */
  readonly state: TcpState;
  readonly recvQueue: number;
  /** For a listener: its backlog. */
  readonly sendQueue: number;
  /** `0` when the socket has no owner; null when the column is not there. */
  readonly inode: Inode | null;
  /** `sk:` in hex. */
  readonly cookie: string | null;
  readonly local: string;
  readonly remote: string;
  /** For unix sockets: `0` is a peer that is gone; null is not known, also while it waits to be accepted. */
  readonly peerInode: Inode | null;
}

/** One numbered descriptor or other reference as lsof prints it. */
export interface LsofRow {
  readonly pid: number;
  /** null for rows that are no descriptor (cwd, txt, mem) and for numbers that lsof cut (`*406`). */
  readonly fd: number | null;
  /** The text of the FD column: `42`, `cwd`, `*406`, `NOFD`. */
  readonly fdText: string;
  readonly type: string;
  readonly inode: Inode | null;
  readonly name: string;
  /** `TCPv6` of `protocol: TCPv6`. */
  readonly protocolName: string | null;
  /** Name of the process or, in a listing of threads, of the thread; null where it was not asked for. */
  readonly command: string | null;
  /** `TCP`, `UDP` of a socket in a table; null for others, and where it was not asked for. */
  readonly protocol: string | null;
  /** `CLOSE_WAIT`, `LISTEN`, `CONNECTED`, from the name or a field of its own. */
  readonly state: string | null;
}
