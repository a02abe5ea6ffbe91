import type { Inode } from './inode.ts';
import type { ParseFault } from './fault.ts';
import type { TcpState } from './socket.ts';
import type { NetlinkRow, PacketRow, UnixDiag, UnixRow } from './socket-row.ts';
import type { InetRow, InetTable } from './inet-row.ts';

/** A row and the table it stands in: the table tells the protocol. */
export type ListedSocket =
  | ListedInet
  /** `diag` is null where netlink did not tell. */
  | {
      readonly table: 'unix';
      readonly row: UnixRow;
      readonly diag: UnixDiag | null;
      /** The name of the socket at the other end, where this one has none; null where that is not known. */
      readonly peerPathBytes: string | null;
    }
  | { readonly table: 'netlink'; readonly row: NetlinkRow }
  | { readonly table: 'packet'; readonly row: PacketRow };

export interface ListedInet {
  readonly table: InetTable;
  readonly row: InetRow;
}

/** The socket tables of one network namespace, as far as one process needs them. */
export interface SocketTables {
  /** Inode of the namespace; null where even that could not be read. */
  readonly netns: string | null;
  readonly byInode: ReadonlyMap<Inode, ListedSocket>;
  /** TCP rows without an owner: TIME_WAIT, SYN_RECV, connections nobody accepted yet. */
  readonly ownerless: readonly InetRow[];
  /** Tables that could not be read; absence from the others proves nothing about their sockets. */
  readonly missing: readonly MissingTable[];
  /** How many MPTCP sockets live in the namespace; null when the kernel does not say. */
  readonly mptcpSockets: number | null;
  /** Their true states, from netlink; null where it was not asked, or does not tell. */
  readonly mptcp: ReadonlyMap<Inode, TcpState> | null;
  readonly faults: readonly ParseFault[];
}

export interface MissingTable {
  readonly name: string;
  readonly because: string;
}
