import { loadByBun } from './bun-library.ts';
import type { CFunction, CLibrary } from './c-library.ts';
import { loadByKoffi } from './koffi-library.ts';
import type { KernelCalls, KernelCallsLoad } from './kernel-calls.ts';

/** Numbers of the system calls that differ between machines; the newer ones are the same everywhere. */
const NUMBERS: Readonly<Partial<Record<NodeJS.Architecture, CallNumbers>>> = {
  x64: { statx: 332, kcmp: 312, getdents64: 217, bpf: 321 },
  arm64: { statx: 291, kcmp: 272, getdents64: 61, bpf: 280 },
  riscv64: { statx: 291, kcmp: 272, getdents64: 61, bpf: 280 },
  loong64: { statx: 291, kcmp: 272, getdents64: 61, bpf: 280 },
};

interface CallNumbers {
  readonly statx: number;
  readonly kcmp: number;
  readonly getdents64: number;
  readonly bpf: number;
}

const MSG_DONTWAIT = 0x40;
const O_CLOEXEC = 0o2000000;
const O_PATH = 0o10000000;
const F_DUPFD_CLOEXEC = 1030;
/** AT_STATX_DONT_SYNC | AT_EMPTY_PATH | AT_NO_AUTOMOUNT */
const AT_ONCE = 0x4000 | 0x1000 | 0x800;
const STATX_BASIC_STATS = 0x7ff;
const CLONE_NEWNET = 0x40000000;
const KCMP_FILE = 0;
const KCMP_FILES = 2;
const PIDFD_OPEN = 434;
const PIDFD_GETFD = 438;

/**
 * Binds the calls to the C library: by koffi, an optional dependency, under Node, by bun:ffi in the single file.
 * `unavailable` with the reason where koffi is not installed or has no build for this machine.
 */
export function loadKernelCalls(): KernelCallsLoad {
  const numbers = NUMBERS[process.arch];
  if (numbers === undefined)
    return { kind: 'unavailable', because: `no system call numbers known for ${process.arch}` };
  const isBun = process.versions['bun'] !== undefined;
  try {
    return { kind: 'loaded', calls: bindCalls(isBun ? loadByBun() : loadByKoffi(), numbers) };
  } catch (error) {
    const text = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    return { kind: 'unavailable', because: `${isBun ? 'bun:ffi' : 'koffi'}: ${text}` };
  }
}

/**
 * Node waits at its end for calls on other threads: for seconds, where a close(2) lingers. `_exit` does not, and the kernel does
 * not let a process that ends linger.
 *
 * @see kernel net/ipv4/af_inet.c inet_release(), PF_EXITING
 */
function toCloseElsewhere(
  libc: CLibrary,
  exitAtOnce: CFunction,
): Pick<KernelCalls, 'closeElsewhere' | 'closingElsewhere'> {
  let pending = 0;
  let isWatched = false;
  const closeElsewhere = (fd: number): void => {
    if (!isWatched) process.once('exit', (status) => pending > 0 && exitAtOnce(status));
    isWatched = true;
    pending += 1;
    libc.closeElsewhere(fd, () => (pending -= 1));
  };
  return { closeElsewhere, closingElsewhere: () => pending };
}

function bindCalls(libc: CLibrary, numbers: CallNumbers): KernelCalls {
  // syscall(2) is variadic; on the machines above integers travel the same way in both conventions.
  const onNumbers = libc.func('long syscall(long number, long a, long b, long c, long d, long e)');
  const onPath = libc.func('long syscall(long number, long folder, str path, long flags, long mask, void *out)');
  const close = libc.func('int close(int fd)');
  const exitAtOnce = libc.func('void _exit(int status)');
  const getsockopt = libc.func('int getsockopt(int fd, int level, int name, void *value, void *length)');
  const getsockname = libc.func('int getsockname(int fd, void *address, void *length)');
  const getpeername = libc.func('int getpeername(int fd, void *address, void *length)');
  const poll = libc.func('int poll(void *fds, unsigned long count, int timeout)');
  const ioctl = libc.func('int ioctl(int fd, unsigned long request, long argument)');
  const ioctlInto = libc.func('int ioctl(int fd, unsigned long request, void *out)');
  const socket = libc.func('int socket(int domain, int type, int protocol)');
  const setns = libc.func('int setns(int fd, int type)');
  const send = libc.func('long send(int fd, void *bytes, unsigned long size, int flags)');
  const recv = libc.func('long recv(int fd, void *out, unsigned long size, int flags)');
  const readlinkat = libc.func('long readlinkat(int folder, void *name, void *out, unsigned long size)');
  const lseek = libc.func('long lseek(int fd, long offset, int whence)');
  const onFolder = libc.func('long syscall(long number, long fd, void *out, long size)');
  const open = libc.func('int open(str path, int flags)');
  const getxattr = libc.func('long getxattr(str path, str name, void *value, unsigned long size)');
  return {
    pidfdOpen: (pid, flags) => onNumbers(PIDFD_OPEN, pid, flags, 0, 0, 0),
    pidfdGetfd: (pidfd, fd) => onNumbers(PIDFD_GETFD, pidfd, fd, 0, 0, 0),
    close: (fd) => close(fd),
    ...toCloseElsewhere(libc, exitAtOnce),
    statxAtOnce: (folder, path, out) => onPath(numbers.statx, folder, path, AT_ONCE, STATX_BASIC_STATS, out),
    getsockopt: (fd, { level, name }, { bytes, length }) => getsockopt(fd, level, name, bytes, length),
    getsockname: (fd, { bytes, length }) => getsockname(fd, bytes, length),
    getpeername: (fd, { bytes, length }) => getpeername(fd, bytes, length),
    poll: (pollfd) => poll(pollfd, 1, 0),
    ioctl: (fd, request) => ioctl(fd, request, 0),
    ioctlInto: (fd, request, out) => ioctlInto(fd, request, out),
    socket: (domain, type, protocol) => socket(domain, type, protocol),
    enterNetns: (fd) => setns(fd, CLONE_NEWNET),
    send: (fd, bytes) => send(fd, bytes, bytes.length, 0),
    recv: (fd, out) => recv(fd, out, out.length, MSG_DONTWAIT),
    openPath: (path) => open(path, O_PATH | O_CLOEXEC),
    getxattr: (path, name, out) => getxattr(path, name, out, out.length),
    readlinkat: (folder, name, out) => readlinkat(folder, name, out, out.length),
    entriesFrom: (folder, position, out) =>
      lseek(folder, position, 0) < 0 ? -1 : onFolder(numbers.getdents64, folder, out, out.length),
    compareFiles: (task, a, b, taskOfB = task) => onNumbers(numbers.kcmp, task, taskOfB, KCMP_FILE, a, b),
    compareTables: (a, b) => onNumbers(numbers.kcmp, a, b, KCMP_FILES, 0, 0),
    ...bindWalkCalls(libc, onFolder, numbers),
    addressOf: (bytes) => libc.addressOf(bytes),
    exitAtOnce: (status) => void exitAtOnce(status),
    errno: () => libc.errno(),
  };
}

type WalkCalls = Pick<
  KernelCalls,
  'bpf' | 'bind' | 'listen' | 'connect' | 'accept' | 'setsockopt' | 'socketpair' | 'pipe' | 'dup'
>;

/** What loads the kernel's own walk, and makes the descriptors that it is checked on. */
function bindWalkCalls(libc: CLibrary, onAttributes: CFunction, numbers: CallNumbers): WalkCalls {
  const bind = libc.func('int bind(int fd, void *address, unsigned int size)');
  const listen = libc.func('int listen(int fd, int backlog)');
  const connect = libc.func('int connect(int fd, void *address, unsigned int size)');
  const accept = libc.func('int accept4(int fd, void *address, void *size, int flags)');
  const setsockopt = libc.func('int setsockopt(int fd, int level, int name, void *value, unsigned int size)');
  const socketpair = libc.func('int socketpair(int domain, int type, int protocol, void *out)');
  const pipe = libc.func('int pipe2(void *out, int flags)');
  const fcntl = libc.func('int fcntl(int fd, int command, long argument)');
  return {
    bpf: (command, attributes) => onAttributes(numbers.bpf, command, attributes, attributes.length),
    bind: (fd, address) => bind(fd, address, address.length),
    listen: (fd, backlog) => listen(fd, backlog),
    connect: (fd, address) => connect(fd, address, address.length),
    accept: (fd) => accept(fd, null, null, O_CLOEXEC),
    setsockopt: (fd, { level, name }, value) => setsockopt(fd, level, name, value, value.length),
    socketpair: (domain, type, out) => socketpair(domain, type, 0, out),
    pipe: (out) => pipe(out, O_CLOEXEC),
    dup: (fd) => fcntl(fd, F_DUPFD_CLOEXEC, 0),
  };
}
