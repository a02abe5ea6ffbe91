import type { Inode } from './inode.ts';

/** An address and a port: `{ address: '::ffff:127.0.0.1', port: 8080 }`. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/**
 * The kernel's TCP states, by their number. UDP and raw sockets print the same numbers: CLOSE is unconnected,
 * ESTABLISHED is connected.
 *
 * @see kernel include/net/tcp_states.h
 */
export const TCP_STATES = [
  'UNKNOWN',
  'ESTABLISHED',
  'SYN_SENT',
  'SYN_RECV',
  'FIN_WAIT1',
  'FIN_WAIT2',
  'TIME_WAIT',
  'CLOSE',
  'CLOSE_WAIT',
  'LAST_ACK',
  'LISTEN',
  'CLOSING',
  'NEW_SYN_RECV',
  'BOUND_INACTIVE',
] as const;

export type TcpState = (typeof TCP_STATES)[number];

export const UNIX_STATES = ['UNCONNECTED', 'CONNECTING', 'CONNECTED', 'DISCONNECTING', 'LISTEN'] as const;

export type UnixState = (typeof UNIX_STATES)[number];

export type SocketType = 'stream' | 'dgram' | 'raw' | 'rdm' | 'seqpacket' | 'dccp' | 'packet';

/** What a socket in no table answered when it was asked itself. Times in ms before the look, at death they stop moving. */
export interface AutopsyReport {
  readonly wasConnected: boolean;
  /** An error waits to be read: the program was never told. */
  readonly errorPending: boolean | null;
  readonly sinceDataMs: number | null;
  readonly sinceAckMs: number | null;
  readonly bytesReceived: number | null;
  readonly bytesAcked: number | null;
  /** What the program has not read, and what memory the kernel holds for the socket. */
  readonly unreadBytes: number | null;
  readonly memoryBytes: number | null;
}

/** Where an orphan was accepted: its local endpoint, and the descriptors that listen there now. */
export interface AcceptedOn extends Endpoint {
  readonly listeners: readonly number[];
  readonly because: string;
}

/** The timer that runs for a connection: without one, a peer that vanished without a packet is never missed. */
export const TCP_TIMERS = ['none', 'retransmission', 'keepalive', 'time-wait', 'zero-window-probe'] as const;

export type TcpTimer = (typeof TCP_TIMERS)[number];

/**
 * What a live connection is used for. Ages are ms before the look, and count from the handshake where nothing came or went yet.
 *
 * @see tcp(7), TCP_INFO; sock_diag(7), idiag_timer
 */
export interface TcpUse {
  readonly sinceReceivedMs: number | null;
  readonly sinceSentMs: number | null;
  /** Since the last segment of the peer, be it without data: its end, an acknowledgement. */
  readonly sinceAckMs: number | null;
  /** The end of the peer counts as one byte. */
  readonly bytesReceived: number | null;
  readonly bytesSent: number | null;
  readonly timer: TcpTimer | null;
  /** How often the oldest unsent data was sent again, or a full peer was probed. */
  readonly retries: number | null;
  readonly unreadBytes: number | null;
  readonly unsentBytes: number | null;
}

export interface InetSocket {
  readonly family: 'inet' | 'inet6';
  readonly type: SocketType | null;
  /** `tcp`, `mptcp`, `udp`, `udplite`, `raw`, `icmp` … null when nobody said. */
  readonly protocol: string | null;
  readonly state: TcpState | null;
  readonly listed: boolean;
  readonly foreign: boolean | null;
  /** Inode of the network namespace. */
  readonly netns: string | null;
  /** The kernel's socket cookie in hex, from ss. */
  readonly cookie: string | null;
  readonly local: Endpoint | null;
  readonly remote: Endpoint | null;
  readonly recvQueueBytes: number | null;
  readonly sendQueueBytes: number | null;
  /** For listeners: connections waiting to be accepted, and how many may wait. */
  readonly acceptQueue: AcceptQueue | null;
  /** Of a live connection; null where nothing but a table of text tells of it, and for all else. */
  readonly use: TcpUse | null;
  readonly autopsy: AutopsyReport | null;
  /** ISO time, where the kernel's own walk tells when it died to the moment; null else. */
  readonly diedAt: string | null;
  /** Of a connection that is over; null for all else. */
  readonly deadMs: DeadMs | null;
  /** The error that the program has not read, `ECONNRESET`; null where there is none, or it is not known. */
  readonly errorName: string | null;
  readonly acceptedOn: AcceptedOn | null;
}

/** For how long a connection has been over, at the last look; null where there is no such bound. */
export interface DeadMs {
  readonly atLeast: number | null;
  readonly atMost: number | null;
}

export interface AcceptQueue {
  readonly waiting: number;
  /** The backlog, from netlink or ss: the kernel lets one more wait than this. */
  readonly backlog: number | null;
  /** Whether as many or more waited at a second look; null where there was none. */
  readonly isSteady: boolean | null;
}

export interface UnixSocket {
  readonly family: 'unix';
  readonly type: SocketType | null;
  readonly protocol: string | null;
  readonly listed: boolean;
  readonly foreign: boolean | null;
  /** A path, an abstract name that starts with `@`, or null for an unnamed socket. */
  readonly path: string | null;
  readonly pathBase64: string | null;
  /** From netlink or ss; `0` is a peer that is gone; null when not known, also while it waits to be accepted. */
  readonly peerInode: Inode | null;
  /** The name that it is connected to, where it has none itself; null when not known. */
  readonly peerPath: string | null;
  readonly state: UnixState | null;
  /** From netlink; null where it does not tell, and of a listener. */
  readonly unreadBytes: number | null;
  /** Of a listener: clients that wait to be accepted; null where netlink does not tell, and for all else. */
  readonly clientsWaiting: number | null;
}

export interface NetlinkSocket {
  readonly family: 'netlink';
  readonly type: SocketType | null;
  readonly protocol: string | null;
  /** `route`, `kobject-uevent` … */
  readonly protocolName: string | null;
  readonly listed: boolean;
  readonly foreign: boolean | null;
}

export interface OtherSocket {
  readonly family: 'packet' | 'vsock' | 'other';
  readonly type: SocketType | null;
  /** The kernel's name, from the xattr `system.sockprotoname` or lsof: `TCPv6`, `AF_VSOCK`. */
  readonly protocol: string | null;
  readonly listed: boolean;
  readonly foreign: boolean | null;
}

export type Socket = InetSocket | UnixSocket | NetlinkSocket | OtherSocket;
