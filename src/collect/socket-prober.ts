import { endianness } from 'node:os';
import type { SocketProbe } from '../core/model/probe.ts';
import type { SocketType } from '../core/model/socket.ts';
import { parseSockaddr } from '../core/parse/sockaddr.ts';
import { parseTcpInfo } from '../core/parse/tcp-info.ts';
import type { KernelCalls, OutValue, SocketOption } from './kernel-calls.ts';
import { readInode } from './stat-buffer.ts';

const SOL_SOCKET = 1;
const SOL_TCP = 6;
const SO_TYPE: SocketOption = { level: SOL_SOCKET, name: 3 };
const SO_PROTOCOL: SocketOption = { level: SOL_SOCKET, name: 38 };
const SO_DOMAIN: SocketOption = { level: SOL_SOCKET, name: 39 };
const SO_NETNS_COOKIE: SocketOption = { level: SOL_SOCKET, name: 71 };
const TCP_INFO: SocketOption = { level: SOL_TCP, name: 11 };
const SIOCGSKNS = 0x894c;
const POLLERR = 0x8;
const POLLHUP = 0x10;
const POLLRDHUP = 0x2000;

const MOST_ADDRESSES = 1000;
const ORDER = endianness();
const TYPES: readonly (SocketType | null)[] = [
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
const FAMILIES: Readonly<Record<number, SocketProbe['family']>> = {
  1: 'unix',
  2: 'inet',
  10: 'inet6',
  16: 'netlink',
  17: 'packet',
  40: 'vsock',
};
/** Numbers of IP protocols; of other families they mean other things. */
const PROTOCOLS: Readonly<Record<number, string>> = {
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

type SocketAddress = ReturnType<typeof parseSockaddr>;
type InetAddress = Extract<SocketAddress, { family: 'inet' | 'inet6' }>;
type Answers = Pick<SocketProbe, 'family' | 'type' | 'protocol' | 'info' | 'local' | 'remote' | 'hasPeer'>;

/**
 * Asks a socket that this process holds a descriptor of what it is, by calls that change nothing in it.
 *
 * SO_ERROR is never read and nothing is received: both would take a pending error away from the socket's owner.
 *
 * @see socket(7), tcp(7), unix(7); kernel net/ipv4/tcp.c tcp_get_info(), net/socket.c sock_ioctl()
 */
export class SocketProber {
  readonly #calls: KernelCalls;
  /** The target's own network namespace, to tell sockets of others. */
  readonly #netns: string | null;
  readonly #netnsByCookie = new Map<string, string | null>();
  readonly #addresses = new Map<string, SocketAddress>();
  readonly #value: OutValue;
  readonly #info: OutValue;

  constructor(calls: KernelCalls, netns: string | null) {
    this.#calls = calls;
    this.#netns = netns;
    const length = Buffer.alloc(4);
    this.#value = { bytes: Buffer.alloc(256), length };
    this.#info = { bytes: Buffer.alloc(256), length };
  }

  examine(fd: number): SocketProbe {
    const local = this.#address(fd, 'getsockname');
    if (local !== null && (local.family === 'inet' || local.family === 'inet6')) return this.#examineInet(fd, local);
    const family = FAMILIES[this.#option(fd, SO_DOMAIN) ?? -1] ?? 'other';
    const type = TYPES[this.#option(fd, SO_TYPE) ?? 0] ?? null;
    const hasPeer = family === 'unix' ? this.#address(fd, 'getpeername') !== null : null;
    return this.#toProbe(fd, { family, type, protocol: null, info: null, local: null, remote: null, hasPeer });
  }

  #examineInet(fd: number, { family, endpoint: local }: InetAddress): SocketProbe {
    const protocol = PROTOCOLS[this.#option(fd, SO_PROTOCOL) ?? -1] ?? null;
    if (protocol !== 'tcp' && protocol !== 'mptcp') {
      const type = TYPES[this.#option(fd, SO_TYPE) ?? 0] ?? null;
      return this.#toProbe(fd, { family, type, protocol, info: null, local, remote: null, hasPeer: null });
    }
    const info = this.#tcpInfo(fd);
    const isAlive = info !== null && info.state !== 'CLOSE';
    const remote = isAlive ? (this.#address(fd, 'getpeername')?.endpoint ?? null) : null;
    return this.#toProbe(fd, { family, type: 'stream', protocol, info, local, remote, hasPeer: null });
  }

  #toProbe(fd: number, { family, type, protocol, info, local, remote, hasPeer }: Answers): SocketProbe {
    const netns = this.#netnsOf(fd);
    const events = this.#events(fd);
    return {
      family,
      type,
      protocol,
      info,
      local,
      remote,
      errorPending: (events & POLLERR) !== 0,
      hungUp: (events & POLLHUP) !== 0,
      readEnded: (events & POLLRDHUP) !== 0,
      hasPeer,
      foreign: netns === null || this.#netns === null ? null : netns !== this.#netns,
      netns,
    };
  }

  #tcpInfo(fd: number): SocketProbe['info'] {
    const { bytes, length } = this.#info;
    setInt(length, bytes.length);
    if (this.#calls.getsockopt(fd, TCP_INFO, this.#info) !== 0) return null;
    return parseTcpInfo(bytes.subarray(0, getInt(length)), ORDER);
  }

  #address(fd: number, call: 'getsockname' | 'getpeername'): SocketAddress | null {
    const { bytes, length } = this.#value;
    setInt(length, 128);
    if (this.#calls[call](fd, bytes, length) !== 0) return null;
    // Orphans of one listener share their address: the parsed one is kept, by its bytes.
    const key = bytes.toString('latin1', 0, getInt(length));
    const known = this.#addresses.get(key);
    if (known !== undefined) return known;
    const address = parseSockaddr(bytes, ORDER);
    if (this.#addresses.size < MOST_ADDRESSES) this.#addresses.set(key, address);
    return address;
  }

  #option(fd: number, option: SocketOption): number | null {
    const { bytes, length } = this.#value;
    setInt(length, 4);
    return this.#calls.getsockopt(fd, option, this.#value) === 0 ? getInt(bytes) : null;
  }

  /** What poll(2) reports at once of errors and ends; never waits. `struct pollfd`: int fd, short events, short revents. */
  #events(fd: number): number {
    const { bytes } = this.#value;
    setInt(bytes, fd);
    if (ORDER === 'LE') bytes.writeUInt32LE(POLLRDHUP, 4);
    else bytes.writeUInt32BE(POLLRDHUP << 16, 4);
    this.#calls.poll(bytes);
    return ORDER === 'LE' ? bytes.readUInt16LE(6) : bytes.readUInt16BE(6);
  }

  /** Namespaces have a cookie that is cheap to ask for; the inode behind it takes a descriptor, once each. */
  #netnsOf(fd: number): string | null {
    const { bytes, length } = this.#value;
    setInt(length, 8);
    const hasCookie = this.#calls.getsockopt(fd, SO_NETNS_COOKIE, this.#value) === 0;
    if (!hasCookie) return this.#netnsByDescriptor(fd);
    const cookie = bytes.toString('latin1', 0, 8);
    const known = this.#netnsByCookie.get(cookie);
    if (known !== undefined) return known;
    const netns = this.#netnsByDescriptor(fd);
    this.#netnsByCookie.set(cookie, netns);
    return netns;
  }

  #netnsByDescriptor(fd: number): string | null {
    const namespace = this.#calls.ioctl(fd, SIOCGSKNS);
    if (namespace < 0) return null;
    const inode = readInode(this.#calls, namespace);
    this.#calls.close(namespace);
    return inode;
  }
}

function setInt(buffer: Buffer, value: number): void {
  if (ORDER === 'LE') buffer.writeInt32LE(value);
  else buffer.writeInt32BE(value);
}

function getInt(buffer: Buffer): number {
  return ORDER === 'LE' ? buffer.readInt32LE() : buffer.readInt32BE();
}
