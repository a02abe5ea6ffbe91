import type { Descriptor } from '../model/descriptor.ts';
import { fdKey } from '../model/evidence.ts';
import type { EpollSet, EpollTarget } from '../model/open-descriptor.ts';
import type { Case, Found, Rule } from './case.ts';
import { type PartOfTotal, toStatement } from './statement.ts';
import { formatFdNumbers } from '../words/fds.ts';
import { formatCount } from '../words/numbers.ts';

const SHOWN = 5;

interface StaleEntry {
  readonly epoll: number;
  readonly target: EpollTarget;
  /** Descriptors of this process that keep the socket open under another number. */
  readonly keptBy: readonly number[];
}

/**
 * Entries of an epoll set whose number no longer names what was added: it was closed while a duplicate keeps it open, so the set
 * goes on reporting it and epoll_ctl(2) can no longer remove it.
 *
 * A warning where the duplicate is a descriptor of this process; else an info, because a descriptor opened during the look leaves
 * the same trace.
 */
export const EPOLL_STALE = { id: 'epoll-stale', about: 'events', find } as const satisfies Rule;

function find({ inspection, epollSets }: Case): Found | null {
  const stale = findStale(epollSets ?? [], inspection.descriptors);
  if (stale.length === 0) return null;
  const proven = stale.filter(({ keptBy }) => keptBy.length > 0);
  const unproven = stale.length - proven.length;
  return {
    severity: proven.length > 0 ? 'warning' : 'info',
    count: stale.length,
    title:
      proven.length > 0
        ? `${formatCount(proven.length, 'epoll entry', 'epoll entries')} of closed descriptors, which duplicates keep alive`
        : `${formatCount(stale.length, 'epoll entry', 'epoll entries')} for a number that is not open`,
    evidence: [
      ...proven
        .slice(0, SHOWN)
        .map(({ epoll, target: { fd, inode }, keptBy }) => staleEntry({ epoll, fd, inode, keptBy })),
      ...(proven.length > SHOWN ? [moreEntries({ count: proven.length - SHOWN })] : []),
      ...(unproven > 0 ? [unprovenEntries({ count: unproven, total: stale.length })] : []),
    ],
    checked: [],
    advice:
      'Remove a descriptor from its epoll set (EPOLL_CTL_DEL) before closing it: close() takes the entry away only with the last duplicate. Give children no copies: O_CLOEXEC, SOCK_CLOEXEC.',
  };
}

function findStale(sets: readonly EpollSet[], descriptors: readonly Descriptor[]): StaleEntry[] {
  if (sets.every(({ targets }) => targets.length === 0)) return [];
  const byKey = new Map(descriptors.map((descriptor) => [fdKey(descriptor.fd, descriptor.tid), descriptor]));
  const socketFds = new Map<string, number[]>();
  for (const { fd, kind, inode } of descriptors) {
    if (kind !== 'socket' || inode === null) continue;
    const known = socketFds.get(inode);
    if (known === undefined) socketFds.set(inode, [fd]);
    else known.push(fd);
  }
  return sets.flatMap(({ fd: epoll, tid, targets }) =>
    targets
      .filter((target) => isStale(target, byKey.get(fdKey(target.fd, tid))))
      .map((target) => ({
        epoll,
        target,
        keptBy: (target.inode === null ? undefined : socketFds.get(target.inode)) ?? [],
      })),
  );
}

/** Only a number that names nothing, or a socket that names another inode: anonymous inodes are shared by unlike things. */
function isStale({ inode }: EpollTarget, named: Descriptor | undefined): boolean {
  if (named === undefined) return true;
  return named.kind === 'socket' && named.inode !== null && inode !== null && named.inode !== inode;
}

type Entry = {
  readonly epoll: number;
  readonly fd: number;
  readonly inode: string | null;
  readonly keptBy: readonly number[];
};

const staleEntry = toStatement(
  'stale-entry',
  ({ epoll, fd, inode, keptBy }: Entry) =>
    `epoll fd ${epoll} watches what was fd ${fd} (inode ${inode}), which ${formatFdNumbers(keptBy)} keep${keptBy.length === 1 ? 's' : ''} open`,
);

const moreEntries = toStatement('more-entries', ({ count }: { count: number }) => `${count} more of this kind`);

const unprovenEntries = toStatement(
  'unproven-entries',
  ({ count, total }: PartOfTotal) =>
    `${count} of ${total}: opened during the inspection, or kept open by another process (fork, SCM_RIGHTS); if a second run shows them again, they are kept open`,
);
