import type { SocketType } from '../model/socket.ts';

/** What the kernel's own name of a socket's protocol says about the socket. */
export interface ProtocolName {
  readonly family: 'inet' | 'inet6' | 'unix' | 'netlink' | 'packet' | 'vsock' | 'other';
  /** null where sockets of several types share the name. */
  readonly type: SocketType | null;
  /** `tcp`, `mptcp`, `udp` … for inet and inet6; for every other family the kernel's name itself. */
  readonly protocol: string;
}

/** What the kernel calls a protocol over IPv4 and over IPv6. */
const INET_NAMES: readonly (readonly [protocol: string, type: SocketType | null, inet: string, inet6: string])[] = [
  ['tcp', 'stream', 'TCP', 'TCPv6'],
  ['mptcp', 'stream', 'MPTCP', 'MPTCPv6'],
  ['udp', 'dgram', 'UDP', 'UDPv6'],
  ['udplite', 'dgram', 'UDP-Lite', 'UDPLITEv6'],
  ['raw', 'raw', 'RAW', 'RAWv6'],
  ['icmp', 'dgram', 'PING', 'PINGv6'],
  ['sctp', null, 'SCTP', 'SCTPv6'],
  ['dccp', 'dccp', 'DCCP', 'DCCPv6'],
  ['l2tp', 'dgram', 'L2TP/IP', 'L2TP/IPv6'],
];

const INET = new Map<string, ProtocolName>(
  INET_NAMES.flatMap(([protocol, type, inet, inet6]) => [
    [inet, { family: 'inet', type, protocol }],
    [inet6, { family: 'inet6', type, protocol }],
  ]),
);

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
  if (inet !== undefined) return inet;
  const [family, type] = OTHERS.get(kernelName) ?? ['other', null];
  return { family, type, protocol: kernelName };
}
