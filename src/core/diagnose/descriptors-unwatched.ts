import type { Case, Found, Rule } from './case.ts';
import { findSockets, sharedChecks } from './held-sockets.ts';
import { toNote, toStatement } from './statement.ts';
import { formatFdNumbers } from '../words/fds.ts';
import { formatCount } from '../words/numbers.ts';
import { sortOut } from './sorted-out.ts';

/** Sockets whose peer has finished and that no epoll set watches, in a process that lives by epoll: nothing will wake it up for them. */
export const DESCRIPTORS_UNWATCHED = { id: 'descriptors-unwatched', about: 'events', find } as const satisfies Rule;

function find({ inspection }: Case): Found | null {
  const { descriptors: all } = inspection;
  if (!sortOut(all).others.some(({ kind }) => kind === 'epoll')) return null;
  const held = findSockets(all, 'orphaned', 'peer-closed').descriptors;
  const unwatched = held.filter(({ watchedBy }) => watchedBy !== null && watchedBy.length === 0);
  if (unwatched.length === 0) return null;
  const orphaned = unwatched.filter(({ verdict }) => verdict.is === 'orphaned').length;
  const closed = unwatched.length - orphaned;
  return {
    severity: 'info',
    count: unwatched.length,
    title: `${formatCount(unwatched.length, 'socket descriptor')} whose peer has finished and that no epoll set watches`,
    evidence: [
      ...(orphaned > 0 ? [deadCount({ count: orphaned })] : []),
      ...(closed > 0 ? [closeWaitCount({ count: closed })] : []),
      theseFds({ fds: unwatched.map(({ fd }) => fd) }),
      OTHER_WAITERS,
    ],
    checked: sharedChecks(unwatched),
    advice:
      'A paused stream (Node: pause(), a full pipe; Go: no Read under way) is not notified when the peer ends. Keep reading, or put a deadline on the pause, and destroy the socket when it passes.',
  };
}

const deadCount = toStatement('dead', ({ count }: { count: number }) => `${count} dead`);

const closeWaitCount = toStatement('close-wait', ({ count }: { count: number }) => `${count} in CLOSE_WAIT`);

const theseFds = toStatement('fds', ({ fds }: { fds: readonly number[] }) => formatFdNumbers(fds));

const OTHER_WAITERS = toNote(
  'other-waiters',
  'a thread that blocks in read, or an io_uring, would still notice; neither can be seen from outside',
);
