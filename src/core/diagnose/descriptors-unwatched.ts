import type { Finding } from '../model/finding.ts';
import type { Case } from './case.ts';
import { formatCount, formatFds } from '../words/format.ts';
import { findSockets, sharedChecks } from './held-sockets.ts';

/** Sockets whose peer has finished and that no epoll set watches, in a process that lives by epoll: nothing will wake it up for them. */
export function findDescriptorsUnwatched({ inspection }: Case): Finding | null {
  const { descriptors: all } = inspection;
  if (!all.some(({ kind }) => kind === 'epoll')) return null;
  const held = findSockets(all, 'orphaned', 'peer-closed').descriptors;
  const unwatched = held.filter(({ watchedBy }) => watchedBy !== null && watchedBy.length === 0);
  if (unwatched.length === 0) return null;
  const orphaned = unwatched.filter(({ verdict }) => verdict.is === 'orphaned').length;
  const closed = unwatched.length - orphaned;
  return {
    id: 'descriptors-unwatched',
    severity: 'info',
    count: unwatched.length,
    title: `${formatCount(unwatched.length, 'socket descriptor')} whose peer has finished and that no epoll set watches`,
    evidence: [
      ...(orphaned > 0 ? [`${orphaned} orphaned`] : []),
      ...(closed > 0 ? [`${closed} in CLOSE_WAIT`] : []),
      formatFds(unwatched.map(({ fd }) => fd)),
      'a thread that blocks in read, or an io_uring, would still notice; this look cannot see them',
    ],
    checked: sharedChecks(unwatched),
    advice:
      'A paused stream (Node: pause(), a full pipe; Go: no Read under way) is told nothing of its end. Keep reading, or put a deadline on the pause, and destroy the socket when it passes.',
  };
}
