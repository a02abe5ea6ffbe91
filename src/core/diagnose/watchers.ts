import type { Descriptor } from '../model/descriptor.ts';
import { type PartOfTotal, type Statement, toNote, toStatement } from './statement.ts';
import { formatFdNumbers } from '../words/fds.ts';
import { sortOut } from './sorted-out.ts';

/** Whether an event loop will notice these descriptors: `no epoll set watches 40 of 40`. */
export function describeWatchers(held: readonly Descriptor[], all: readonly Descriptor[]): Statement[] {
  const known = held.filter(({ watchedBy }) => watchedBy !== null);
  if (known.length < held.length) return [EPOLL_UNREAD];
  if (!sortOut(all).others.some(({ kind }) => kind === 'epoll')) return describeThreads(held);
  const watched = held.filter(({ watchedBy }) => watchedBy !== null && watchedBy.length > 0);
  const unwatched = held.length - watched.length;
  const sets = [...new Set(watched.flatMap(({ watchedBy }) => watchedBy ?? []))].sort((a, b) => a - b);
  const hasIoUring = sortOut(all).others.some(({ kind }) => kind === 'io-uring');
  return [
    ...(unwatched > 0 ? [notWatched({ count: unwatched, total: held.length, hasIoUring })] : []),
    ...(watched.length > 0 ? [watchedByEpoll({ count: watched.length, total: held.length, sets })] : []),
  ];
}

/** Of a process without epoll sets: whether threads wait on them by themselves. */
function describeThreads(held: readonly Descriptor[]): Statement[] {
  if (held.some(({ waitedOnBy }) => waitedOnBy === null)) return [NO_EPOLL];
  const total = held.length;
  const count = held.filter(({ waitedOnBy }) => (waitedOnBy?.length ?? 0) > 0).length;
  return [
    ...(count < total ? [notWaitedOn({ count: total - count, total })] : []),
    ...(count > 0 ? [waitedOn({ count, total })] : []),
  ];
}

const EPOLL_UNREAD = toNote(
  'watchers-unknown',
  'whether anything polls them is unknown: an epoll set of the process could not be read',
);

const NO_EPOLL = toNote(
  'no-epoll',
  'the process has no epoll set: whether a thread waits for them in poll, select or read is unknown',
);

const notWaitedOn = toStatement(
  'not-waited-on',
  ({ count, total }: PartOfTotal) => `no thread and no epoll set waits on ${count} of ${total}`,
);

const waitedOn = toStatement(
  'waited-on',
  ({ count, total }: PartOfTotal) =>
    `a thread waits on ${count} of ${total} in a call, so it is notified when they end`,
);

const notWatched = toStatement(
  'not-watched',
  ({ count, total, hasIoUring }: PartOfTotal & { readonly hasIoUring: boolean }) =>
    `no epoll set watches ${count} of ${total}: an event loop on epoll will never notice them${hasIoUring ? ' (the process has an io_uring as well, which might)' : ''}`,
);

const watchedByEpoll = toStatement(
  'watched',
  ({ count, total, sets }: PartOfTotal & { readonly sets: readonly number[] }) =>
    `an epoll set (${formatFdNumbers(sets)}) watches ${count} of ${total}, so the program is notified when they end`,
);
