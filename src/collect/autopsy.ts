import { endianness } from 'node:os';
import { parseSockaddr } from '../core/parse/sockaddr.ts';
import { parseTcpInfo } from '../core/parse/tcp-info.ts';
import type { Inode } from '../core/model/descriptor.ts';
import type { ProbeOutcome, SocketProbe } from '../core/model/probe.ts';
import type { SocketType } from '../core/model/socket.ts';
import type { KernelCalls } from './kernel-calls.ts';

const SOL_SOCKET = 1;
const SO_TYPE = 3;
const SO_PROTOCOL = 38;
const SO_DOMAIN = 39;
const SO_NETNS_COOKIE = 71;
const SOL_TCP = 6;
const TCP_INFO = 11;
const SIOCGSKNS = 0x894c;
const POLLERR = 0x8;
const PIDFD_THREAD = 0o200;
const STATE_CLOSE = 7;
/** Above every number the kernel hands out. */
const NO_DESCRIPTOR = 0x7fff_ffff;

const EPERM = 1;
const ESRCH = 3;
const EBADF = 9;
const ENOSYS = 38;

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
const PROTOCOLS: Readonly<Record<number, string>> = {
  1: 'icmp',
  6: 'tcp',
  17: 'udp',
  33: 'dccp',
  58: 'icmp6',
  132: 'sctp',
  136: 'udplite',
  262: 'mptcp',
};

/** A socket to be asked, and the inode it must still have. */
export interface Patient {
  readonly fd: number;
  readonly tid: number | null;
  readonly inode: Inode;
}

/**
 * Asks sockets of another process what they are, through duplicates: pidfd_getfd(2), then only calls that read.
 *
 * SO_ERROR is never read and nothing is received: both would take the pending error away from the program.
 * Only for sockets that are in no table. A duplicate of a socket that turns out to be alive is closed on
 * another thread, because with SO_LINGER that close(2) may be the last one and block.
 *
 * @see pidfd_open(2), pidfd_getfd(2), tcp(7); kernel net/ipv4/tcp.c tcp_get_info(), net/socket.c sock_ioctl()
 */
export class Autopsy {
  readonly #calls: KernelCalls;
  readonly #pid: number;
  /** The target's own network namespace, to tell sockets of others. */
  readonly #netns: string | null;
  readonly #pidfds = new Map<number | null, number>();
  readonly #netnsByCookie = new Map<string, string | null>();
  readonly #buffer = Buffer.alloc(256);
  readonly #info = Buffer.alloc(256);
  readonly #length = Buffer.alloc(4);
  #closing = 0;

  constructor(calls: KernelCalls, pid: number, netns: string | null) {
    this.#calls = calls;
    this.#pid = pid;
    this.#netns = netns;
  }

  /** Duplicates that are still being closed on another thread. */
  get closing(): number {
    return this.#closing;
  }

  /** Why this process may not be asked; null when it may. Learnt from a number that no descriptor has. */
  refusal(tid: number | null): string | null {
    const pidfd = this.#pidfd(tid);
    const outcome = pidfd < 0 ? this.#failure('pidfd_open') : this.#tryNoDescriptor(pidfd);
    return outcome.kind === 'failed' ? outcome.because : null;
  }

  /** Asks one socket. `gone` when the number names nothing, or another socket, by now. */
  ask(patient: Patient): ProbeOutcome {
    const pidfd = this.#pidfd(patient.tid);
    if (pidfd < 0) return this.#failure('pidfd_open');
    const fd = this.#calls.pidfdGetfd(pidfd, patient.fd);
    if (fd < 0) return this.#failure('pidfd_getfd');
    let isDead = false;
    try {
      if (this.#calls.fstat(fd, this.#buffer) !== 0) return this.#failure('fstat');
      if (readInode(this.#buffer) !== patient.inode) return { kind: 'gone' };
      const probe = this.#examine(fd);
      isDead = this.#info[0] === STATE_CLOSE && probe.info !== null;
      return { kind: 'answered', probe };
    } finally {
      this.#release(fd, isDead);
    }
  }

  dispose(): void {
    for (const pidfd of this.#pidfds.values()) if (pidfd >= 0) this.#calls.close(pidfd);
    this.#pidfds.clear();
  }

  #tryNoDescriptor(pidfd: number): ProbeOutcome {
    const fd = this.#calls.pidfdGetfd(pidfd, NO_DESCRIPTOR);
    if (fd < 0) return this.#failure('pidfd_getfd');
    this.#calls.close(fd);
    return { kind: 'gone' };
  }

  #examine(fd: number): SocketProbe {
    const protocolNumber = this.#option(fd, SO_PROTOCOL);
    const protocol = protocolNumber === null ? null : (PROTOCOLS[protocolNumber] ?? null);
    const isTcp = protocol === 'tcp' || protocol === 'mptcp';
    const info = isTcp ? this.#tcpInfo(fd) : null;
    const local = this.#endpoint(fd, 'getsockname');
    const domain = local?.family ?? null;
    const netns = this.#netnsOf(fd);
    return {
      family:
        domain === 'inet' || domain === 'inet6' ? domain : (FAMILIES[this.#option(fd, SO_DOMAIN) ?? -1] ?? 'other'),
      type: isTcp ? 'stream' : (TYPES[this.#option(fd, SO_TYPE) ?? 0] ?? null),
      protocol,
      info,
      local: local?.endpoint ?? null,
      remote: info !== null && info.state !== 'CLOSE' ? (this.#endpoint(fd, 'getpeername')?.endpoint ?? null) : null,
      errorPending: this.#hasPendingError(fd),
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
    if (this.#calls[call](fd, this.#buffer, this.#length) !== 0) return null;
    return parseSockaddr(this.#buffer, ORDER);
  }

  #option(fd: number, name: number): number | null {
    setInt(this.#length, 4);
    if (this.#calls.getsockopt(fd, SOL_SOCKET, name, this.#buffer, this.#length) !== 0) return null;
    return getInt(this.#buffer);
  }

  #hasPendingError(fd: number): boolean {
    this.#buffer.fill(0, 0, 8);
    setInt(this.#buffer, fd);
    this.#calls.poll(this.#buffer);
    const revents = ORDER === 'LE' ? this.#buffer.readInt16LE(6) : this.#buffer.readInt16BE(6);
    return (revents & POLLERR) !== 0;
  }

  /** Namespaces have a cookie that is cheap to ask for; the inode behind it takes a descriptor, once each. */
  #netnsOf(fd: number): string | null {
    setInt(this.#length, 8);
    const hasCookie = this.#calls.getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, this.#buffer, this.#length) === 0;
    if (!hasCookie) return this.#netnsByDescriptor(fd);
    const cookie = this.#buffer.toString('latin1', 0, 8);
    const known = this.#netnsByCookie.get(cookie);
    if (known !== undefined) return known;
    const netns = this.#netnsByDescriptor(fd);
    this.#netnsByCookie.set(cookie, netns);
    return netns;
  }

  #netnsByDescriptor(fd: number): string | null {
    const namespace = this.#calls.ioctl(fd, SIOCGSKNS);
    if (namespace < 0) return null;
    const inode = this.#calls.fstat(namespace, this.#buffer) === 0 ? readInode(this.#buffer) : null;
    this.#calls.close(namespace);
    return inode;
  }

  #release(fd: number, isDead: boolean): void {
    if (isDead) {
      this.#calls.close(fd);
      return;
    }
    this.#closing++;
    this.#calls.closeElsewhere(fd, () => {
      this.#closing--;
    });
  }

  #pidfd(tid: number | null): number {
    const known = this.#pidfds.get(tid);
    if (known !== undefined) return known;
    const pidfd = tid === null ? this.#calls.pidfdOpen(this.#pid, 0) : this.#calls.pidfdOpen(tid, PIDFD_THREAD);
    if (pidfd >= 0) this.#pidfds.set(tid, pidfd);
    return pidfd;
  }

  #failure(call: string): ProbeOutcome {
    const errno = this.#calls.errno();
    if (errno === EBADF || (errno === ESRCH && call === 'pidfd_getfd')) return { kind: 'gone' };
    if (errno === EPERM)
      return {
        kind: 'failed',
        because: `${call}: not permitted (same user and no Yama restriction, or CAP_SYS_PTRACE)`,
      };
    if (errno === ENOSYS) return { kind: 'failed', because: `${call}: needs Linux 5.6` };
    return { kind: 'failed', because: `${call}: errno ${errno}` };
  }
}

/** `st_ino`, 64 bits at offset 8 of `struct stat` on every 64-bit machine. */
function readInode(stat: Buffer): string {
  const high = stat.readUInt32LE(ORDER === 'LE' ? 12 : 8);
  if (high === 0 && ORDER === 'LE') return String(stat.readUInt32LE(8));
  return String(ORDER === 'LE' ? stat.readBigUInt64LE(8) : stat.readBigUInt64BE(8));
}

function setInt(buffer: Buffer, value: number): void {
  if (ORDER === 'LE') buffer.writeInt32LE(value);
  else buffer.writeInt32BE(value);
}

function getInt(buffer: Buffer): number {
  return ORDER === 'LE' ? buffer.readInt32LE() : buffer.readInt32BE();
}
