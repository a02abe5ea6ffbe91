import { endianness } from 'node:os';
import type { SocketProbe } from '../core/model/probe.ts';
import type { SocketType } from '../core/model/socket.ts';
import { parseSockaddr } from '../core/parse/sockaddr.ts';
import { parseTcpInfo } from '../core/parse/tcp-info.ts';
import type { KernelCalls } from './kernel-calls.ts';
import { readInode } from './stat-buffer.ts';

const SOL_SOCKET = 1;
const SO_TYPE = 3;
const SO_PROTOCOL = 38;
const SO_DOMAIN = 39;
const SO_NETNS_COOKIE = 71;
const SOL_TCP = 6;
const TCP_INFO = 11;
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
  readonly #addresses = new Map<string, ReturnType<typeof parseSockaddr>>();
  readonly #value = Buffer.alloc(256);
  readonly #info = Buffer.alloc(256);
  readonly #length = Buffer.alloc(4);

  constructor(calls: KernelCalls, netns: string | null) {
    this.#calls = calls;
    this.#netns = netns;
  }

  examine(fd: number): SocketProbe {
    const local = this.#endpoint(fd, 'getsockname');
    const isInet = local !== null && (local.family === 'inet' || local.family === 'inet6');
    const family = isInet ? local.family : (FAMILIES[this.#option(fd, SO_DOMAIN) ?? -1] ?? 'other');
    const protocol = isInet ? (PROTOCOLS[this.#option(fd, SO_PROTOCOL) ?? -1] ?? null) : null;
    const isTcp = protocol === 'tcp' || protocol === 'mptcp';
    const info = isTcp ? this.#tcpInfo(fd) : null;
    const netns = this.#netnsOf(fd);
    const events = this.#events(fd);
    return {
      family,
      type: isTcp ? 'stream' : (TYPES[this.#option(fd, SO_TYPE) ?? 0] ?? null),
      protocol,
      info,
      local: local?.endpoint ?? null,
      remote: info !== null && info.state !== 'CLOSE' ? (this.#endpoint(fd, 'getpeername')?.endpoint ?? null) : null,
      errorPending: (events & POLLERR) !== 0,
      hungUp: (events & POLLHUP) !== 0,
      readEnded: (events & POLLRDHUP) !== 0,
      hasPeer: family === 'unix' ? this.#endpoint(fd, 'getpeername') !== null : null,
      foreign: netns === null || this.#netns === null ? null : netns !== this.#netns,
      netns,
    };
  }

  #tcpInfo(fd: number): SocketProbe['info'] {
    setInt(this.#length, this.#info.length);
    if (this.#calls.getsockopt(fd, SOL_TCP, TCP_INFO, this.#info, this.#length) !== 0) return null;
    return parseTcpInfo(this.#info.subarray(0, getInt(this.#length)), ORDER);
  }

  #endpoint(fd: number, call: 'getsockname' | 'getpeername'): ReturnType<typeof parseSockaddr> | null {
    setInt(this.#length, 128);
    if (this.#calls[call](fd, this.#value, this.#length) !== 0) return null;
    // Orphans of one listener share their address: the parsed one is kept, by its bytes.
    const bytes = this.#value.toString('latin1', 0, getInt(this.#length));
    const known = this.#addresses.get(bytes);
    if (known !== undefined) return known;
    const address = parseSockaddr(this.#value, ORDER);
    if (this.#addresses.size < MOST_ADDRESSES) this.#addresses.set(bytes, address);
    return address;
  }

  #option(fd: number, name: number): number | null {
    setInt(this.#length, 4);
    if (this.#calls.getsockopt(fd, SOL_SOCKET, name, this.#value, this.#length) !== 0) return null;
    return getInt(this.#value);
  }

  /** What poll(2) reports at once of errors and ends; never waits. `struct pollfd`: int fd, short events, short revents. */
  #events(fd: number): number {
    setInt(this.#value, fd);
    if (ORDER === 'LE') this.#value.writeUInt32LE(POLLRDHUP, 4);
    else this.#value.writeUInt32BE(POLLRDHUP << 16, 4);
    this.#calls.poll(this.#value);
    return ORDER === 'LE' ? this.#value.readUInt16LE(6) : this.#value.readUInt16BE(6);
  }

  /** Namespaces have a cookie that is cheap to ask for; the inode behind it takes a descriptor, once each. */
  #netnsOf(fd: number): string | null {
    setInt(this.#length, 8);
    const hasCookie = this.#calls.getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, this.#value, this.#length) === 0;
    if (!hasCookie) return this.#netnsByDescriptor(fd);
    const cookie = this.#value.toString('latin1', 0, 8);
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
