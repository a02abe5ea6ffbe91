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
