import { closeSync, openSync } from 'node:fs';
import { endianness } from 'node:os';
import type { TcpInfo } from '../../core/model/probe.ts';
import type { Endpoint } from '../../core/model/socket.ts';
import { parseSockaddr } from '../../core/parse/sockaddr.ts';
import { parseTcpInfo } from '../../core/parse/tcp-info.ts';
import { attempt, CannotMake } from './cannot-make.ts';
import type { KernelCalls, SocketOption } from '../kernel-calls.ts';
import { FWD_ALLOC, MEMINFO_BYTES, RMEM_ALLOC, SO_MEMINFO, TCP_INFO } from '../socket-numbers.ts';

const AF_UNIX = 1;
export const AF_INET = 2;
const AF_INET6 = 10;
export const SOCK_STREAM = 1;
const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0o2000000;
const SO_COOKIE = { level: 1, name: 57 } as const;
const KEEPALIVE = { level: 1, name: 9 } as const;
const LINGER = { level: 1, name: 13 } as const;
/** On, with no time: a close then resets, and leaves no connection behind in TIME_WAIT. */
const RESET_AT_CLOSE = Buffer.from(Int32Array.of(1, 0).buffer);

/** Unlike the listener's, so that one address is not taken for the other. */
const CLIENT_HOST = 2;

export const BACKLOG = 7;
/** What is sent on connections, to and from the accepted side. */
export const SENT = Buffer.from('abc');
export const ANSWER = Buffer.from('defgh');

/** Two ends of one TCP connection on the loopback. The other side's address is the accepted one's remote. */
export interface OwnConnection {
  readonly accepted: number;
  readonly acceptedOn: Endpoint;
  readonly from: Endpoint;
}

/** Reset by its peer between two moments, with `SENT` unread. */
export interface DeadConnection extends OwnConnection {
  readonly diedAfter: number;
  readonly diedBefore: number;
}

interface Listener {
  readonly fd: number;
  readonly family: number;
  readonly at: Endpoint;
  readonly address: Buffer;
}

interface Connecting extends OwnConnection {
  readonly client: number;
}

/** Makes descriptors, and remembers them all. Throws where it cannot. */
export class Maker {
  readonly #calls: KernelCalls;
  readonly #open = new Set<number>();

  constructor(calls: KernelCalls) {
    this.#calls = calls;
  }

  socket(family: number, type: number): number {
    return this.#keep(this.#calls.socket(family, type | SOCK_CLOEXEC, 0), 'socket');
  }

  listen(family: number): Listener {
    const { fd, at, address } = this.#bind(family, SOCK_STREAM);
    this.#need(this.#calls.listen(fd, BACKLOG), 'listen');
    return { fd, family, at, address };
  }

  bindUdp(): { fd: number; at: Endpoint } {
    return this.#bind(AF_INET, SOCK_DGRAM);
  }

  connect({ family, address }: Listener): number {
    const client = this.socket(family, SOCK_STREAM);
    this.#need(this.#calls.bind(client, loopbackOf(family, CLIENT_HOST)), 'bind');
    this.#need(this.#calls.connect(client, address), 'connect');
    this.#need(this.#calls.setsockopt(client, LINGER, RESET_AT_CLOSE), 'setsockopt');
    return client;
  }

  connection(listener: Listener): Connecting {
    const client = this.connect(listener);
    const accepted = this.#keep(this.#calls.accept(listener.fd), 'accept');
    return { client, accepted, acceptedOn: listener.at, from: this.#address(client).at };
  }

  exchange({ client, accepted }: Connecting): void {
    this.#need(this.#calls.send(client, SENT), 'send');
    this.#need(this.#calls.send(accepted, ANSWER), 'send');
  }

  keepAlive({ accepted }: OwnConnection): void {
    this.#need(this.#calls.setsockopt(accepted, KEEPALIVE, Buffer.from(Int32Array.of(1).buffer)), 'setsockopt');
  }

  deadConnection(listener: Listener): DeadConnection {
    const { client, ...rest } = this.connection(listener);
    this.#need(this.#calls.send(client, SENT), 'send');
    const diedAfter = performance.now();
    this.close(client);
    return { ...rest, diedAfter, diedBefore: performance.now() };
  }

  endedConnection(listener: Listener): OwnConnection {
    const { client, ...rest } = this.connection(listener);
    this.#need(this.#calls.send(client, SENT), 'send');
    this.#need(this.#calls.setsockopt(client, LINGER, Buffer.alloc(8)), 'setsockopt');
    this.#need(this.#calls.setsockopt(rest.accepted, LINGER, RESET_AT_CLOSE), 'setsockopt');
    this.close(client);
    return rest;
  }

  /** With IPv4 in it, where two addresses can be had. None where the machine has no IPv6: then none of its addresses are to be told. */
  deadConnectionOfV6(): DeadConnection[] {
    try {
      return [this.deadConnection(this.listen(AF_INET6))];
    } catch (error) {
      if (error instanceof CannotMake) return [];
      throw error;
    }
  }

  unixPair(): readonly [number, number] {
    const out = new Int32Array(2);
    this.#need(this.#calls.socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, out), 'socketpair');
    return this.#keepBoth(out);
  }

  pipe(): readonly [number, number] {
    const out = new Int32Array(2);
    this.#need(this.#calls.pipe(out), 'pipe');
    return this.#keepBoth(out);
  }

  dup(fd: number): number {
    return this.#keep(this.#calls.dup(fd), 'dup');
  }

  open(path: string): number {
    return this.#keep(
      attempt(path, () => openSync(path, 'r')),
      'open',
    );
  }

  cookieOf(fd: number): string {
    return this.#option(fd, SO_COOKIE, 8).readBigUInt64LE().toString(16);
  }

  infoOf(fd: number): TcpInfo {
    const bytes = this.#option(fd, TCP_INFO, 256);
    const info = parseTcpInfo(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 'LE');
    if (info === null) throw new CannotMake('getsockopt: no TCP_INFO');
    return info;
  }

  memoryOf(fd: number): number {
    const bytes = this.#option(fd, SO_MEMINFO, MEMINFO_BYTES);
    return bytes.readUInt32LE(RMEM_ALLOC * 4) + bytes.readUInt32LE(FWD_ALLOC * 4);
  }

  close(fd: number): void {
    this.#open.delete(fd);
    closeSync(fd);
  }

  closeAll(): void {
    for (const fd of this.#open) closeSync(fd);
  }

  #option(fd: number, option: SocketOption, length: number): Buffer {
    const bytes = Buffer.alloc(length);
    this.#need(this.#calls.getsockopt(fd, option, { bytes, length: Int32Array.of(length) }), 'getsockopt');
    return bytes;
  }

  #bind(family: number, type: number): { fd: number; at: Endpoint; address: Buffer } {
    const fd = this.socket(family, type);
    this.#need(this.#calls.bind(fd, loopbackOf(family, 1)), 'bind');
    return { fd, ...this.#address(fd) };
  }

  #address(fd: number): { at: Endpoint; address: Buffer } {
    const [bytes, length] = [Buffer.alloc(28), Int32Array.of(28)];
    this.#need(this.#calls.getsockname(fd, { bytes, length }), 'getsockname');
    const address = bytes.subarray(0, length[0]);
    const { endpoint } = parseSockaddr(address, endianness());
    if (endpoint === null) throw new CannotMake('getsockname: not an IP address');
    return { at: endpoint, address };
  }

  #keepBoth([one = -1, other = -1]: Int32Array): readonly [number, number] {
    this.#open.add(one).add(other);
    return [one, other];
  }

  #keep(fd: number, call: string): number {
    this.#need(fd, call);
    this.#open.add(fd);
    return fd;
  }

  #need(result: number, call: string): void {
    if (result < 0) throw new CannotMake(`${call}: errno ${this.#calls.errno()}`);
  }
}

/** A sockaddr of 127.0.0.`host`, any port; for IPv6 of ::ffff:127.0.0.`host`. */
function loopbackOf(family: number, host: number): Buffer {
  const address = Buffer.alloc(family === AF_INET ? 16 : 28);
  address.writeUInt16LE(family, 0);
  if (family === AF_INET6) address.writeUInt16BE(0xffff, 18);
  address.writeUInt32BE(0x7f00_0000 + host, family === AF_INET ? 4 : 20);
  return address;
}
