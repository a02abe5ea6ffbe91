import type { Descriptor } from '../model/descriptor.ts';

/** What a set that watches something, and what it wakes up by, are together. */
export interface Runtime {
  readonly what: string;
  readonly where: string | null;
}

const EVENT_LOOP: Runtime = { what: 'event loop', where: null };
/** What a selector wakes itself up by: a set that watches nothing else serves nobody. */
const IDLE_SELECTOR: Runtime = { what: 'epoll + eventfd', where: 'each set watches only its own eventfd' };

const IDLE_BY_PIPE: Runtime = { what: 'epoll + pipe', where: 'each set watches only its own pipe' };

/** A set is made for something to wait for: one that has nothing in it serves nobody. */
const EMPTY_SET: Runtime = { what: 'epoll', where: 'watches no open descriptor' };

const WAKERS: ReadonlySet<Descriptor['kind']> = new Set<Descriptor['kind']>(['eventfd', 'pipe']);
const PARTS: ReadonlySet<Descriptor['kind']> = new Set<Descriptor['kind']>([
  'eventfd',
  'timerfd',
  'signalfd',
  'io-uring',
]);

/**
 * Finds the descriptors that one runtime made for itself: an epoll set with the eventfds, timers and pipes that it watches. They come and
 * go together, so they are one place. Where no set can be read, each is told by itself.
 */
export function findRuntimes(descriptors: readonly Descriptor[]): ReadonlyMap<Descriptor, Runtime> {
  const { sets, watched } = groupWatched(descriptors);
  const runtimes = new Map<Descriptor, Runtime>();
  for (const set of sets) {
    const targets = watched.get(keyOf(set, set.fd)) ?? [];
    // What wakes it up is one eventfd, or a pipe; a set of forty of them is somebody's work.
    const isIdle = targets.length > 0 && targets.length <= 2 && targets.every(({ kind }) => WAKERS.has(kind));
    const runtime = targets.length === 0 ? EMPTY_SET : isIdle ? idleBy(targets) : EVENT_LOOP;
    runtimes.set(set, runtime);
    for (const target of targets) if (isIdle || PARTS.has(target.kind)) runtimes.set(target, runtime);
  }
  return runtimes;
}

function idleBy(targets: readonly Descriptor[]): Runtime {
  return targets.every(({ kind }) => kind === 'pipe') ? IDLE_BY_PIPE : IDLE_SELECTOR;
}

interface Watched {
  /** The epoll descriptors of which it is known whether others watch them. */
  readonly sets: readonly Descriptor[];
  /** What each set watches. */
  readonly watched: ReadonlyMap<string, Descriptor[]>;
}

function groupWatched(descriptors: readonly Descriptor[]): Watched {
  const sets: Descriptor[] = [];
  const watched = new Map<string, Descriptor[]>();
  for (const descriptor of descriptors) {
    const { watchedBy } = descriptor;
    if (watchedBy === null) continue;
    if (descriptor.kind === 'epoll') sets.push(descriptor);
    for (let at = 0; at < watchedBy.length; at += 1) {
      const key = keyOf(descriptor, watchedBy[at] ?? 0);
      const known = watched.get(key);
      if (known === undefined) watched.set(key, [descriptor]);
      else known.push(descriptor);
    }
  }
  return { sets, watched };
}

function keyOf({ tid }: Descriptor, set: number): string {
  return `${tid ?? ''}/${set}`;
}
