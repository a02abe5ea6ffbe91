import type { SocketType } from '../model/socket.ts';

/** What the kernel's own name of a socket's protocol says about the socket. */
export interface ProtocolName {
  readonly family: 'inet' | 'inet6' | 'unix' | 'netlink' | 'packet' | 'vsock' | 'other';
  /** null where sockets of several types share the name. */
  readonly type: SocketType | null;
  /** `tcp`, `mptcp`, `udp` … for inet and inet6; for every other family the kernel's name itself. */
  readonly protocol: string;
}

const INET = new Map<string, readonly [family: 'inet' | 'inet6', type: SocketType | null, protocol: string]>([
  ['TCP', ['inet', 'stream', 'tcp']],
  ['TCPv6', ['inet6', 'stream', 'tcp']],
  ['MPTCP', ['inet', 'stream', 'mptcp']],
  ['MPTCPv6', ['inet6', 'stream', 'mptcp']],
  ['UDP', ['inet', 'dgram', 'udp']],
  ['UDPv6', ['inet6', 'dgram', 'udp']],
  ['UDP-Lite', ['inet', 'dgram', 'udplite']],
  ['UDPLITEv6', ['inet6', 'dgram', 'udplite']],
  ['RAW', ['inet', 'raw', 'raw']],
  ['RAWv6', ['inet6', 'raw', 'raw']],
  ['PING', ['inet', 'dgram', 'icmp']],
  ['PINGv6', ['inet6', 'dgram', 'icmp']],
  ['SCTP', ['inet', null, 'sctp']],
  ['SCTPv6', ['inet6', null, 'sctp']],
  ['DCCP', ['inet', 'dccp', 'dccp']],
  ['DCCPv6', ['inet6', 'dccp', 'dccp']],
  ['L2TP/IP', ['inet', 'dgram', 'l2tp']],
  ['L2TP/IPv6', ['inet6', 'dgram', 'l2tp']],
]);

const OTHERS = new Map<
  string,
  readonly [family: Exclude<ProtocolName['family'], 'inet' | 'inet6'>, type: SocketType | null]
>([
  ['UNIX-STREAM', ['unix', 'stream']],
  // Since Linux 5.15 the datagram and seqpacket sockets, before it all of them.
  ['UNIX', ['unix', null]],
  ['NETLINK', ['netlink', null]],
  ['PACKET', ['packet', null]],
  ['AF_VSOCK', ['vsock', null]],
  ['SMC', ['other', 'stream']],
  ['SMC6', ['other', 'stream']],
  ['XDP', ['other', 'raw']],
]);

/** What lsof before 4.87 says of every socket that it finds in no table. */
export const UNIDENTIFIED = "can't identify protocol";

/**
 * Says what `TCPv6` of the xattr `system.sockprotoname`, or of lsof's `protocol: TCPv6`, stands for:
 * `TCPv6` -> inet6, stream, `tcp`. Total: a name it has not heard of is `other` and kept as it is.
 *
 * @see kernel net/socket.c sockfs_xattr_get(), and `.name` of every struct proto (net/ipv6/tcp_ipv6.c tcpv6_prot)
 */
export function toProtocol(kernelName: string): ProtocolName {
  const inet = INET.get(kernelName);
  if (inet !== undefined) return { family: inet[0], type: inet[1], protocol: inet[2] };
  const [family, type] = OTHERS.get(kernelName) ?? ['other', null];
  return { family, type, protocol: kernelName };
}
