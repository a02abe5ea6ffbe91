import { fstatSync, readlinkSync } from 'node:fs';
import type { TcpInfo } from '../../core/model/probe.ts';
import type { Endpoint } from '../../core/model/socket.ts';
import type { KernelCalls } from '../kernel-calls.ts';
import { attempt, CannotMake } from './cannot-make.ts';
import { AF_INET, Maker, SOCK_STREAM, type DeadConnection, type OwnConnection } from './descriptor-maker.ts';

/** Descriptors of known past, made for the walk to be checked on. Times by `performance.now()`. */
export interface OwnDescriptors {
  readonly listener: number;
  /** With SO_KEEPALIVE. */
  readonly alive: OwnConnection;
  readonly dead: readonly DeadConnection[];
  /** Its peer has sent `SENT` and a FIN. With SO_LINGER. */
  readonly ended: OwnConnection;
  readonly fresh: number;
  readonly boundUdp: { readonly fd: number; readonly at: Endpoint };
  readonly unixPair: readonly [number, number];
  readonly unixAlone: number;
  readonly pipe: {
    readonly reader: number;
    readonly secondReader: number;
    readonly writer: number;
    readonly dup: number;
  };
  readonly file: { readonly fd: number; readonly link: string };
  /** Of the listener, in hex. */
  readonly cookie: string;
  inodeOf(fd: number): string;
  /** As getsockopt(2) has it. */
  infoOf(fd: number): TcpInfo;
  memoryOf(fd: number): number;
}

/**
 * Makes the descriptors, lets `use` look at them and closes them all. A reason in words where one cannot be made: no loopback, no free
 * descriptor.
 */
export async function withOwnDescriptors<T>(
  calls: KernelCalls,
  use: (own: OwnDescriptors) => Promise<T>,
): Promise<T | { readonly kind: 'not-made'; readonly because: string }> {
  const maker = new Maker(calls);
  try {
    return await use(makeAll(maker));
  } catch (error) {
    if (error instanceof CannotMake) return { kind: 'not-made', because: error.message };
    throw error;
  } finally {
    maker.closeAll();
  }
}

function makeAll(maker: Maker): OwnDescriptors {
  const listener = maker.listen(AF_INET);
  const alive = maker.connection(listener);
  maker.exchange(alive);
  maker.keepAlive(alive);
  const dead = [maker.deadConnection(listener), ...maker.deadConnectionOfV6()];
  const ended = maker.endedConnection(listener);
  // Not accepted: it waits in the queue.
  maker.connect(listener);
  const [one, other] = maker.unixPair();
  const [alone, gone] = maker.unixPair();
  maker.close(gone);
  const [reader, writer] = maker.pipe();
  return {
    listener: listener.fd,
    cookie: maker.cookieOf(listener.fd),
    alive,
    dead,
    ended,
    fresh: maker.socket(AF_INET, SOCK_STREAM),
    boundUdp: maker.bindUdp(),
    unixPair: [one, other],
    unixAlone: alone,
    pipe: { reader, writer, secondReader: maker.open(`/proc/self/fd/${reader}`), dup: maker.dup(reader) },
    file: {
      fd: maker.open('/proc/self/exe'),
      link: attempt('/proc/self/exe', () => readlinkSync('/proc/self/exe', 'latin1')),
    },
    infoOf: (fd) => maker.infoOf(fd),
    memoryOf: (fd) => maker.memoryOf(fd),
    inodeOf: (fd) => `${fstatSync(fd, { bigint: true }).ino}`,
  };
}
