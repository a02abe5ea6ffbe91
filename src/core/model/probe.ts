import type { Endpoint, SocketType, TcpState } from './socket.ts';

/**
 * The parts of `struct tcp_info` that tell a dead socket's past. Ages are ms before the look, u32: they wrap at 49.7 days.
 *
 * @see tcp(7), kernel include/uapi/linux/tcp.h
 */
export interface TcpInfo {
  /** null for a number that has no name. */
  readonly state: TcpState | null;
  readonly rcvMss: number;
  readonly pmtu: number;
  /** Above 0 when the socket was ever connected. */
  readonly rcvSpace: number;
  readonly lastDataSentMs: number;
  readonly lastDataRecvMs: number;
  readonly lastAckRecvMs: number;
  /** This and the rest: null where the kernel's struct ends before the field. A FIN counts as one byte. */
  readonly bytesAcked: number | null;
  readonly bytesReceived: number | null;
}

/** What a duplicate of the socket answered. */
export interface SocketProbe {
  readonly family: 'inet' | 'inet6' | 'unix' | 'netlink' | 'packet' | 'vsock' | 'other';
  readonly type: SocketType | null;
  /** `tcp`, `mptcp`, `udp` …, of netlink `route`, `generic` …; null for a number without a name. */
  readonly protocol: string | null;
  readonly info: TcpInfo | null;
  readonly local: Endpoint | null;
  /** Also of a connection that is over, and of a connect() that failed. */
  readonly remote: Endpoint | null;
  /** Of a connection that is over: what was not read, and what the kernel holds for it. */
  readonly unreadBytes: number | null;
  readonly memoryBytes: number | null;
  /** POLLERR: an error waits to be read; null where that was not asked. */
  readonly errorPending: boolean | null;
  /** POLLHUP: both directions have ended, or it never was connected. */
  readonly hungUp: boolean;
  /** POLLRDHUP: the peer ended its direction, or the connection died. */
  readonly readEnded: boolean;
  /** For unix sockets: whether getpeername(2) knows a peer, alive or not. */
  readonly hasPeer: boolean | null;
  /** Whether it belongs to another network namespace than its process; null when nobody may say. */
  readonly foreign: boolean | null;
  readonly netns: string | null;
}

/** Why no socket of a process is asked at all. */
export interface Refusal {
  /** `skipped`: not chosen; `unavailable`: this machine cannot; `denied`: this user may not. */
  readonly status: 'skipped' | 'unavailable' | 'denied';
  readonly because: string;
}

export type ProbeOutcome =
  | { readonly kind: 'answered'; readonly probe: SocketProbe }
  /** The descriptor is closed, or now names another socket. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'failed'; readonly because: string };
