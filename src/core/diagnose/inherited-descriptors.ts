import type { Descriptor } from '../model/descriptor.ts';
import { isInet } from '../place/ports.ts';
import { formatEndpoint } from '../words/endpoint.ts';
import { formatFdNumbers } from '../words/fds.ts';
import type { Case, Found, Rule } from './case.ts';
import { isUnattended } from './living.ts';
import { toStatement } from './statement.ts';
import { sortOut, withVerdict } from './sorted-out.ts';

/** Numbers below are standard input, output and error, which every child has from its parent. */
const FIRST_OWN = 3;

/**
 * A listener or a lock that this process got from its parent and never uses: a lock that another process took, and with it the listeners
 * that no thread and no epoll set of this process waits on.
 */
export const INHERITED_DESCRIPTORS = { id: 'inherited-descriptors', about: 'leak', find } as const satisfies Rule;

function find({ inspection }: Case): Found | null {
  const { descriptors, process } = inspection;
  const own = sortOut(descriptors).others.filter(({ fd }) => fd >= FIRST_OWN);
  const locks = own.filter(({ object }) => object?.kind === 'file' && object.lockedBy !== null && object.isLockForeign);
  const [lock] = locks;
  if (lock === undefined) return null;
  const listeners = withVerdict(descriptors, 'listening').filter((one) => one.fd >= FIRST_OWN && isUnattended(one));
  if (listeners.length === 0) return tellLocks(locks);
  const files = own.filter((one) => one.kind === 'file' && !locks.includes(one) && folderOf(one) === folderOf(lock));
  const all = [...listeners, ...locks, ...files];
  const what = [
    ...listeners.map(sayListener),
    ...locks.map(({ target }) => `the lock ${target}`),
    ...files.map(({ target }) => target),
  ];
  return {
    severity: 'warning',
    count: all.length,
    title: `${process.comm} holds what ${sayOpeners(locks)} opened and it never uses: ${what.join(', ')}`,
    evidence: [
      ...locks.map(toLockTaken),
      ...listeners.map(({ fd }) => neverAccepts({ fd })),
      ...(files.length > 0 ? [besideLock({ fds: files.map(({ fd }) => fd) })] : []),
    ],
    checked: [],
    advice:
      'Open with close-on-exec in the parent (O_CLOEXEC, SOCK_CLOEXEC; Python: inheritable False; a shell: 3>&-): a helper that outlives it keeps its port, its lock and its log.',
  };
}

/** A script has its lock taken by a flock(1) that ends at once: a lock alone may be its own. */
function tellLocks(locks: readonly Descriptor[]): Found {
  const targets = locks.map(({ target }) => target).join(', ');
  return {
    severity: 'info',
    count: locks.length,
    title: `It holds ${locks.length === 1 ? 'the lock' : 'locks'} ${targets}, taken by ${sayOpeners(locks)}, which ${countOpeners(locks) === 1 ? 'is' : 'are'} gone or another program`,
    evidence: locks.map(toLockTaken),
    checked: [],
    advice: 'If it is not meant to: open with close-on-exec in the parent (O_CLOEXEC; a shell: 9>&-).',
  };
}

function openersOf(locks: readonly Descriptor[]): number[] {
  return [...new Set(locks.flatMap(({ object }) => (object?.kind === 'file' ? (object.lockedBy ?? []) : [])))];
}

function countOpeners(locks: readonly Descriptor[]): number {
  return openersOf(locks).length;
}

/** `process 100`, `processes 100, 200` */
function sayOpeners(locks: readonly Descriptor[]): string {
  const pids = openersOf(locks);
  return `${pids.length === 1 ? 'process' : 'processes'} ${pids.join(', ')}`;
}

function toLockTaken(lock: Descriptor) {
  const [pid = 0] = openersOf([lock]);
  return lockTaken({ fd: lock.fd, target: lock.target, pid });
}

function sayListener({ socket }: Descriptor): string {
  return isInet(socket) && socket.local !== null ? `the listener ${formatEndpoint(socket.local)}` : 'a listener';
}

function folderOf({ target }: Descriptor): string {
  return target.slice(0, target.lastIndexOf('/'));
}

const lockTaken = toStatement(
  'lock-taken',
  ({ fd, target, pid }: { fd: number; target: string; pid: number }) =>
    `the lock on ${target} is held through fd ${fd}; process ${pid} took it, not this one`,
);
const neverAccepts = toStatement(
  'never-accepts',
  ({ fd }: { fd: number }) =>
    `fd ${fd} listens, and no thread or epoll set of this process waits on it: it never accepts`,
);
const besideLock = toStatement(
  'beside-lock',
  ({ fds }: { fds: readonly number[] }) => `${formatFdNumbers(fds)} lead to the folder of the lock`,
);
