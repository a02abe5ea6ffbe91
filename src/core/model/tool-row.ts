import type { Inode } from './inode.ts';
import type { TcpState } from './socket.ts';

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
