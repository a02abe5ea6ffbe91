import type { Inode } from './inode.ts';
import type { TcpInfo } from './probe.ts';
import type { Endpoint, TcpState } from './socket.ts';

/**
 * Tells objects of the kernel apart: the low 52 bits of an address. Only ever compared, and never shown: it would tell an attacker where
 * the kernel's memory is.
 */
export type KernelIdentity = number;

/** One open descriptor as the kernel's own walk saw it, at one instant with all that it refers to. */
export interface WalkRow {
  /** Of the process, and of the thread whose table was walked: numbers of the host's own namespace. */
  readonly pid: number;
  readonly tid: number;
  readonly fd: number;
  /** The open file: equal in two rows where one is a duplicate of the other, also across processes. */
  readonly file: KernelIdentity;
  /** Inode of the network namespace of the process. */
  readonly netns: string;
  /** As open(2) and fcntl(2) have them. */
  readonly flags: number;
  readonly inode: Inode;
  /** As stat(2) has it: type and permissions. */
  readonly mode: number;
  /** Names that the file has; 0: deleted, or never had one. */
  readonly links: number;
  /** As `st_dev`, `major:minor`. */
  readonly device: string;
  /** Whether an epoll set of any process watches the open file. */
  readonly isWatched: boolean;
  /** The text of the link `/proc/<pid>/fd/<n>`, one character for each byte; null for a path of over 4096 bytes, and for sockets. */
  readonly link: string | null;
  /** Ends of a pipe or FIFO that are still open, of all processes; null for anything else. */
  readonly pipe: { readonly readers: number; readonly writers: number } | null;
  readonly isSocket: boolean;
  /** Inode of the network namespace of a socket; null for anything else. */
  readonly socketNetns: string | null;
  /** A connection that is over, or one that never was. */
  readonly isClosedTcp: boolean;
  /** Read anew each time that it is asked for. */
  readonly socket: WalkSocket | null;
  /** By the kernel's monotonic clock: to set the ages of one row beside another's. */
  readonly walkedAtMs: number;
}

export interface WalkSocket {
  readonly identity: KernelIdentity;
  readonly family: number;
  readonly type: number;
  readonly protocol: number;
  /** null for a number that has no name. */
  readonly state: TcpState | null;
  /** Directions that have ended: 1 receiving, 2 sending. */
  readonly shutdown: number;
  /** The error that the program has not read yet, as errno; 0: none. */
  readonly error: number;
  /** Inode of the network namespace. */
  readonly netns: string;
  /** Of IPv4 and IPv6, also of the dead; null for other families. */
  readonly local: Endpoint | null;
  /** null where there is none, or no longer: dissolved by its own program. */
  readonly remote: Endpoint | null;
  /** Of a listener: connections that wait to be accepted, and how many may. */
  readonly acceptQueue: { readonly waiting: number; readonly backlog: number } | null;
  /** What the kernel holds for it: received data, and what is set aside. */
  readonly memoryBytes: number;
  /** In hex; null where none was ever asked for. */
  readonly cookie: string | null;
  readonly tcp: WalkTcp | null;
  readonly unix: { readonly peer: KernelIdentity | null; readonly peerIsHeld: boolean } | null;
}

/** Ages are of the moment the walk saw the socket, by the kernel's monotonic clock. */
export interface WalkTcp {
  /** The lowest bits of `sk_flags`: what the program set, and what has come. @see kernel include/net/sock.h enum sock_flags */
  readonly flags: number;
  /** Above 0 where it was ever connected. */
  readonly receiveSpace: number;
  /**
   * Since the last packet or timer: of a dead socket since its death, unless data that was left over was read after it. null where there
   * never was one.
   */
  readonly sinceEventMs: number | null;
  /** Neither this nor `bytesReceived` counts the peer's FIN. */
  readonly unreadBytes: number;
  readonly bytesReceived: number;
  readonly bytesAcked: number;
  /** Of data; by a coarse clock, so that they lag by up to 10 ms. null where its rate is not known. */
  readonly sinceReceivedMs: number | null;
  readonly sinceSentMs: number | null;
  /** Whether data was sent when or after data was last received: an answer, most likely to all that was received. */
  readonly answered: boolean;
  /** What TCP_INFO answers of the socket itself; null where the rate of the coarse clock is not known. */
  readonly info: TcpInfo | null;
}
