import type { Inode } from './inode.ts';
import type { Endpoint, TcpState, TcpUse } from './socket.ts';

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
