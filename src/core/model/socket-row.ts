import type { Inode } from './inode.ts';
import type { SocketType, UnixState } from './socket.ts';

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
