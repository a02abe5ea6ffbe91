import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import type { Kind } from '../../src/index.ts';

const koffi: typeof import('koffi') = createRequire(import.meta.url)('koffi');
const libc = koffi.load(null);
const onNumbers = libc.func('long syscall(long number, long a, long b, long c, long d)');
const onMemory = libc.func('long syscall(long number, void *a, long b, long c, long d)');

/** System calls of x86-64 and arm64 that make a descriptor. @see syscalls(2) */
const CALLS = {
  x64: { epoll: 291, eventfd: 290, timerfd: 283, signalfd: 289, inotify: 294, pipe2: 293, socket: 41, memfd: 319 },
  arm64: { epoll: 20, eventfd: 19, timerfd: 85, signalfd: 74, inotify: 26, pipe2: 59, socket: 198, memfd: 279 },
} as const;
const PIDFD_OPEN = 434;
const CLOEXEC = 0o2000000;
const NONBLOCK = 0o4000;

const numbers = process.arch === 'arm64' ? CALLS.arm64 : CALLS.x64;
const folder = mkdtempSync(join(tmpdir(), 'leaks-'));
const fifo = join(folder, 'fifo');
mkdirSync(join(folder, 'folder'));
execFileSync('mkfifo', [fifo]);
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** Opens one descriptor of a kind (a pipe has two) and forgets it; the numbers, for the test to close. */
export const LEAKS: Readonly<Partial<Record<Kind, () => number[]>>> = {
  socket: () => [onNumbers(numbers.socket, 2, 1 | CLOEXEC, 0, 0)],
  pipe: () => openPipe(),
  fifo: () => [openSync(fifo, 'r+')],
  file: () => [openSync('/etc/passwd', 'r')],
  directory: () => [openSync(join(folder, 'folder'), 'r')],
  'character-device': () => [openSync('/dev/null', 'r')],
  epoll: () => [onNumbers(numbers.epoll, CLOEXEC, 0, 0, 0)],
  eventfd: () => [onNumbers(numbers.eventfd, 0, CLOEXEC, 0, 0)],
  timerfd: () => [onNumbers(numbers.timerfd, 1, CLOEXEC, 0, 0)],
  signalfd: () => [onSignals()],
  inotify: () => [onNumbers(numbers.inotify, CLOEXEC, 0, 0, 0)],
  memfd: () => [onMemory(numbers.memfd, Buffer.from('leak\0'), 1, 0, 0)],
  pidfd: () => [onNumbers(PIDFD_OPEN, process.pid, NONBLOCK, 0, 0)],
};

/** Sockets of one verdict that a call opens and forgets, each on a port, or by a name, that nothing else has. */
export const SOCKET_LEAKS: Readonly<Record<string, () => number[]>> = {
  'connect-failed': () => [refuse(0)],
  'connect-failed, without blocking': () => [refuse(NONBLOCK)],
  orphaned: () => [resetByPeer()],
  bound: () => [bindAnew()],
  listening: () => [listenAnew()],
  'closed-listener': () => {
    const fd = listenAnew();
    call(shutdown(fd, 2), 'shutdown');
    return [fd];
  },
  datagram: () => {
    const fd = openSocket(INET, DATAGRAM);
    call(sendto(fd, Buffer.from('x'), 1, 0, toAddress(9), ADDRESS_BYTES), 'sendto');
    return [fd];
  },
  'in-use, by a path': () => [bindUnix(join(folder, `socket-${names++}`))],
  'in-use, by an abstract name': () => [bindUnix(`\0fdleak-${process.pid}-${names++}`)],
};

let names = 0;
const [UNIX, INET, STREAM, DATAGRAM, ADDRESS_BYTES] = [1, 2, 1, 2, 16];
const bind = libc.func('int bind(int fd, void *address, uint32_t bytes)');
const connect = libc.func('int connect(int fd, void *address, uint32_t bytes)');
const listen = libc.func('int listen(int fd, int backlog)');
const accept = libc.func('int accept4(int fd, void *address, void *bytes, int flags)');
const shutdown = libc.func('int shutdown(int fd, int how)');
const getsockname = libc.func('int getsockname(int fd, _Out_ void *address, _Inout_ void *bytes)');
const setsockopt = libc.func('int setsockopt(int fd, int level, int name, void *value, uint32_t bytes)');
const sendto = libc.func('long sendto(int fd, void *data, size_t bytes, int flags, void *address, uint32_t length)');

function call(result: number, what: string): number {
  if (result < 0) throw new Error(`${what} failed`);
  return result;
}

function openSocket(family: number, type: number): number {
  return call(onNumbers(numbers.socket, family, type | CLOEXEC, 0, 0), 'socket');
}

/** `struct sockaddr_in` of 127.0.0.1. @see ip(7) */
function toAddress(port: number): Buffer {
  const address = Buffer.alloc(ADDRESS_BYTES);
  address.writeUInt16LE(INET, 0);
  address.writeUInt16BE(port, 2);
  address.set([127, 0, 0, 1], 4);
  return address;
}

/** Nothing listens on port 1. */
function refuse(flags: number): number {
  const fd = openSocket(INET, STREAM | flags);
  connect(fd, toAddress(1), ADDRESS_BYTES);
  return fd;
}

function bindAnew(): number {
  const fd = openSocket(INET, STREAM);
  call(bind(fd, toAddress(0), ADDRESS_BYTES), 'bind');
  return fd;
}

function listenAnew(): number {
  const fd = bindAnew();
  call(listen(fd, 1), 'listen');
  return fd;
}

function bindUnix(path: string): number {
  const fd = openSocket(UNIX, STREAM);
  const address = Buffer.concat([Buffer.from([UNIX, 0]), Buffer.from(path)]);
  call(bind(fd, address, address.length), 'bind');
  call(listen(fd, 1), 'listen');
  return fd;
}

/** Connects to a listener that resets the connection, and is closed. @see socket(7), SO_LINGER */
function resetByPeer(): number {
  const listener = listenAnew();
  const address = Buffer.alloc(ADDRESS_BYTES);
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(ADDRESS_BYTES);
  call(getsockname(listener, address, bytes), 'getsockname');
  const fd = openSocket(INET, STREAM);
  call(connect(fd, address, ADDRESS_BYTES), 'connect');
  const accepted = call(accept(listener, null, null, 0), 'accept');
  closeSync(listener);
  const linger = Buffer.alloc(8);
  linger.writeInt32LE(1);
  call(setsockopt(accepted, 1, 13, linger, linger.length), 'setsockopt');
  closeSync(accepted);
  return fd;
}

export function closeAll(fds: Iterable<number>): void {
  for (const fd of fds) closeSync(fd);
}

function openPipe(): number[] {
  const ends = Buffer.alloc(8);
  onMemory(numbers.pipe2, ends, CLOEXEC, 0, 0);
  return [ends.readInt32LE(0), ends.readInt32LE(4)];
}

const signalfd = libc.func('long syscall(long number, long fd, void *mask, long size, long flags)');

function onSignals(): number {
  return signalfd(numbers.signalfd, -1, Buffer.alloc(8), 8, CLOEXEC);
}
