import { endianness } from 'node:os';
import type { ProbeOutcome, SocketProbe } from '../core/model/probe.ts';
import type { Endpoint } from '../core/model/socket.ts';
import { NETLINK_PROTOCOLS } from '../core/parse/proc-net-netlink.ts';
import { parseSockaddr } from '../core/parse/sockaddr.ts';
import { FAMILIES, PROTOCOLS, TYPES } from '../core/parse/socket-kinds.ts';
import { parseTcpInfo } from '../core/parse/tcp-info.ts';
import type { KernelCalls, SocketOption } from './kernel-calls.ts';
import { hasSameWords, OutWords } from './out-words.ts';
import {
  FIONREAD,
  FWD_ALLOC,
  LINGER_BYTES,
  MEMINFO_BYTES,
  PEER_BYTES,
  POLLERR,
  POLLHUP,
  POLLRDHUP,
  RMEM_ALLOC,
  SO_DOMAIN,
  SO_LINGER,
  SO_MEMINFO,
  SO_PEERNAME,
  SO_PROTOCOL,
  SO_TYPE,
  TCP_INFO,
} from './socket-numbers.ts';
import { SocketNetns } from './socket-netns.ts';

/** Longer than the address of any family; a `struct sockaddr_un` has 110. */
const ADDRESS_BYTES = 128;
/** What `getsockname` fills in for IPv4 and IPv6, in 32-bit words. */
const MOST_WORDS = 7;
const ORDER = endianness();

type SocketAddress = ReturnType<typeof parseSockaddr>;
type InetAddress = Extract<SocketAddress, { family: 'inet' | 'inet6' }>;
/** A call that answers for every socket there is did not: a filter forbids it, and nothing follows from its silence. */
class Silent extends Error {}

type Answers = Omit<SocketProbe, 'errorPending' | 'hungUp' | 'readEnded' | 'foreign' | 'netns'>;

/** Of a socket that has no connection that is over. */
const NOT_OVER = { unreadBytes: null, memoryBytes: null } as const;

/**
 * Asks a socket that this process holds a descriptor of what it is, by calls that change nothing in it.
 *
 * SO_ERROR is never read and nothing is received: both would take a pending error away from the socket's owner.
 *
 * @see socket(7), tcp(7), unix(7); kernel net/ipv4/tcp.c tcp_get_info(), net/socket.c sock_ioctl()
 */
export class SocketProber {
  readonly #calls: KernelCalls;
  readonly #namespaces: SocketNetns;
  /** The target's own network namespace, to tell sockets of others. */
  readonly #netns: string | null;
  /** Orphans of one listener share their address: the last one parsed is kept, with its words. */
  readonly #lastWords = new Int32Array(MOST_WORDS);
  #lastAddress: SocketAddress | null = null;
  readonly #value = new OutWords(ADDRESS_BYTES);
  readonly #peer = new OutWords(ADDRESS_BYTES);
  readonly #unread = new Int32Array(1);
  readonly #info = new OutWords(256);
  /** Over what the kernel filled in: it fills in the same length each time. */
  #infoView = new DataView(this.#info.bytes.buffer, 0, 0);
  /** `struct pollfd`: int fd, short events, short revents. */
  readonly #pollfd = new Int32Array(2);
  readonly #events = new Uint16Array(this.#pollfd.buffer, 4);

  constructor(calls: KernelCalls, netns: string | null) {
    this.#calls = calls;
    this.#namespaces = new SocketNetns(calls);
    this.#netns = netns;
  }

  /** `failed` where a call was refused that every socket answers. */
  examine(fd: number): ProbeOutcome {
    try {
      return { kind: 'answered', probe: this.#examine(fd) };
    } catch (error) {
      if (error instanceof Silent) return { kind: 'failed', because: error.message };
      throw error;
    }
  }

  /** Whether close(2) of the last descriptor may wait. So it is where that is unknown. */
  lingers(fd: number): boolean {
    return this.#calls.getsockopt(fd, SO_LINGER, this.#value.emptied(LINGER_BYTES)) !== 0 || this.#value.words[0] !== 0;
  }

  #examine(fd: number): SocketProbe {
    const local = this.#address(fd, 'getsockname');
    if (local !== null && (local.family === 'inet' || local.family === 'inet6')) return this.#examineInet(fd, local);
    const family = FAMILIES[this.#must(fd, SO_DOMAIN, 'SO_DOMAIN')] ?? 'other';
    if (local === null && (family === 'inet' || family === 'inet6')) throw this.#silent('getsockname');
    const type = TYPES[this.#must(fd, SO_TYPE, 'SO_TYPE')] ?? null;
    const hasPeer = family === 'unix' ? this.#address(fd, 'getpeername') !== null : null;
    const number = family === 'netlink' ? this.#must(fd, SO_PROTOCOL, 'SO_PROTOCOL') : null;
    const protocol = number === null ? null : (NETLINK_PROTOCOLS[number] ?? null);
    return this.#toProbe(fd, { family, type, protocol, info: null, local: null, remote: null, hasPeer, ...NOT_OVER });
  }

  #examineInet(fd: number, { family, endpoint: local }: InetAddress): SocketProbe {
    const protocol = PROTOCOLS[this.#must(fd, SO_PROTOCOL, 'SO_PROTOCOL')] ?? null;
    if (protocol !== 'tcp' && protocol !== 'mptcp') {
      const type = TYPES[this.#must(fd, SO_TYPE, 'SO_TYPE')] ?? null;
      return this.#toProbe(fd, { family, type, protocol, info: null, local, remote: null, hasPeer: null, ...NOT_OVER });
    }
    const info = this.#tcpInfo(fd);
    if (info === null) throw this.#silent('getsockopt TCP_INFO');
    if (info.state !== 'CLOSE') {
      const remote = this.#address(fd, 'getpeername')?.endpoint ?? null;
      return this.#toProbe(fd, { family, type: 'stream', protocol, info, local, remote, hasPeer: null, ...NOT_OVER });
    }
    const wasConnected = info.rcvSpace > 0;
    // MPTCP does not keep what came.
    const isEmpty = protocol === 'tcp' && info.bytesReceived === 0;
    // There may be thousands of these: one object, made at once.
    return this.#toProbe(fd, {
      family,
      type: 'stream',
      protocol,
      info,
      local,
      hasPeer: null,
      // One that never had a route was never connected to anybody.
      remote: wasConnected || info.pmtu > 0 ? this.#peerName(fd, family) : null,
      unreadBytes: wasConnected ? (isEmpty ? 0 : this.#unreadBytes(fd)) : null,
      memoryBytes: wasConnected ? this.#memoryBytes(fd) : null,
    });
  }

  #peerName(fd: number, family: 'inet' | 'inet6'): Endpoint | null {
    const { bytes, length } = this.#peer;
    let size: number = PEER_BYTES[family];
    if (this.#calls.getsockopt(fd, SO_PEERNAME, this.#peer.emptied(size)) !== 0) {
      // An MPTCP connection over IPv4 answers with the shorter address.
      size = PEER_BYTES.inet;
      if (family === 'inet' || this.#calls.getsockopt(fd, SO_PEERNAME, this.#peer.emptied(size)) !== 0) return null;
    }
    const { endpoint } = parseSockaddr(bytes.subarray(0, length[0]), ORDER);
    return endpoint === null || endpoint.port === 0 ? null : endpoint;
  }

  #unreadBytes(fd: number): number | null {
    return this.#calls.ioctlInto(fd, FIONREAD, this.#unread) === 0 ? (this.#unread[0] ?? null) : null;
  }

  /** What the kernel holds for it: received data, and what is set aside. */
  #memoryBytes(fd: number): number | null {
    if (this.#calls.getsockopt(fd, SO_MEMINFO, this.#value.emptied(MEMINFO_BYTES)) !== 0) return null;
    const { words } = this.#value;
    return (words[RMEM_ALLOC] ?? 0) + (words[FWD_ALLOC] ?? 0);
  }

  #toProbe(fd: number, answers: Answers): SocketProbe {
    const { family, type, protocol, info, local, remote, hasPeer, unreadBytes, memoryBytes } = answers;
    const netns = this.#namespaces.of(fd);
    const events = this.#eventsOf(fd);
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
      unreadBytes,
      memoryBytes,
      foreign: netns === null || this.#netns === null ? null : netns !== this.#netns,
      netns,
    };
  }

  #tcpInfo(fd: number): SocketProbe['info'] {
    if (this.#calls.getsockopt(fd, TCP_INFO, this.#info.emptied()) !== 0) return null;
    const { bytes, length } = this.#info;
    if (this.#infoView.byteLength !== length[0]) this.#infoView = new DataView(bytes.buffer, 0, length[0]);
    return parseTcpInfo(this.#infoView, ORDER);
  }

  #address(fd: number, call: 'getsockname' | 'getpeername'): SocketAddress | null {
    const { bytes, length, words } = this.#value;
    words.fill(0, 0, MOST_WORDS);
    if (this.#calls[call](fd, this.#value.emptied()) !== 0) return null;
    if (this.#lastAddress !== null && hasSameWords(words, this.#lastWords)) return this.#lastAddress;
    const address = parseSockaddr(bytes.subarray(0, length[0]), ORDER);
    if (address.endpoint === null) return address;
    this.#lastWords.set(words.subarray(0, MOST_WORDS));
    this.#lastAddress = address;
    return address;
  }

  #must(fd: number, option: SocketOption, name: string): number {
    const [value] = this.#calls.getsockopt(fd, option, this.#value.emptied(4)) === 0 ? this.#value.words : [];
    if (value === undefined) throw this.#silent(`getsockopt ${name}`);
    return value;
  }

  #silent(call: string): Silent {
    return new Silent(`${call}: errno ${this.#calls.errno()}; a filter of system calls may forbid it`);
  }

  /** What poll(2) reports at once of errors and ends; never waits. */
  #eventsOf(fd: number): number {
    this.#pollfd[0] = fd;
    this.#events[0] = POLLRDHUP;
    this.#events[1] = 0;
    if (this.#calls.poll(this.#pollfd) < 0) throw this.#silent('poll');
    return this.#events[1];
  }
}
