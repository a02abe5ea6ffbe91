import type { SocketProbe } from '../model/probe.ts';
import type { SocketType } from '../model/socket.ts';

/** What the numbers of socket(2) mean: types, families, protocols. @see kernel include/linux/net.h, include/linux/socket.h, include/uapi/linux/in.h */
export const TYPES: readonly (SocketType | null)[] = [
  null,
  'stream',
  'dgram',
  'raw',
  'rdm',
  'seqpacket',
  'dccp',
  null,
  null,
  null,
  'packet',
];
export const FAMILIES: Readonly<Record<number, SocketProbe['family']>> = {
  1: 'unix',
  2: 'inet',
  10: 'inet6',
  16: 'netlink',
  17: 'packet',
  40: 'vsock',
};
/** Numbers of IP protocols; of other families they mean other things. */
export const PROTOCOLS: Readonly<Record<number, string>> = {
  1: 'icmp',
  6: 'tcp',
  17: 'udp',
  33: 'dccp',
  58: 'icmp',
  132: 'sctp',
  136: 'udplite',
  255: 'raw',
  262: 'mptcp',
};
