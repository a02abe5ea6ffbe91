import { groupPlaces } from '../place/groups.ts';
import { formatFdNumbers } from '../words/fds.ts';
import { formatNumber } from '../words/numbers.ts';
import type { Case, Found, Rule } from './case.ts';
import { isUnattended } from './living.ts';
import { toStatement } from './statement.ts';
import { sortOut } from './sorted-out.ts';

/** So many of a kind have no use but to be waited for; a program that polls without epoll has fewer. */
export const MANY_EVENTS = 64;
/** An eventfd may be the kernel's to read: KVM and vhost wake each other up by thousands of them. */
export const AWAITED: ReadonlySet<string> = new Set(['timerfd', 'signalfd', 'inotify', 'fanotify']);

/** Timers, watches and signals that no thread and no epoll set waits on, at a dozen looks: made and forgotten. */
export const EVENTS_UNATTENDED = { id: 'events-unattended', about: 'leak', find } as const satisfies Rule;

function find({ inspection }: Case): Found | null {
  const { descriptors } = inspection;
  // At one look a busy program waits on nothing; a ring reads without a thread.
  if (inspection.options.settleMs === 0 || sortOut(descriptors).others.some(({ kind }) => kind === 'io-uring'))
    return null;
  const groups = groupPlaces(descriptors)
    .filter(({ what, tid }) => AWAITED.has(what) && tid === null)
    .map(({ what, descriptors: all }) => ({ what, total: all.length, found: all.filter(isUnattended) }))
    .filter(({ found }) => found.length >= MANY_EVENTS);
  if (groups.length === 0) return null;
  const count = groups.reduce((sum, { found }) => sum + found.length, 0);
  return {
    severity: 'warning',
    count,
    title: `${groups.map(({ what, found }) => `${formatNumber(found.length)} ${NAMES[what] ?? what}`).join(', ')} that no thread and no epoll set waits on`,
    evidence: groups.map(({ what, found, total }) =>
      neverRead({ what, count: found.length, total, fds: found.map(({ fd }) => fd) }),
    ),
    checked: ['second-look'],
    advice:
      'Close what was made for one wait when that wait is over: a timer on every path that gives up on it, an inotify instance with what it watched. One instance of inotify can watch everything.',
  };
}

const NAMES: Readonly<Record<string, string>> = {
  timerfd: 'timerfds',
  signalfd: 'signalfds',
  inotify: 'inotify instances',
  fanotify: 'fanotify groups',
};

const neverRead = toStatement(
  'never-read',
  ({ what, count, total, fds }: { what: string; count: number; total: number; fds: readonly number[] }) =>
    `nothing waits on ${count} of ${total} ${NAMES[what] ?? what}: ${formatFdNumbers(fds)}`,
);
