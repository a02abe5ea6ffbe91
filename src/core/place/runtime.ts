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

const IDLE_BY_PAIR: Runtime = { what: 'epoll + unix pair', where: 'each set watches only its own pair' };

const IDLE_BY_SEVERAL: Runtime = { what: 'epoll + wakers', where: 'each set watches only what wakes it' };

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
  const partners = new Partners(descriptors);
  const runtimes = new Map<Descriptor, Runtime>();
  for (const set of sets) {
    const targets = watched.get(keyOf(set, set.fd)) ?? [];
    // What wakes it up is one eventfd, a pipe or a pair of sockets; a set of forty of them is somebody's work.
    const isIdle = isOneOrTwo(targets) && targets.every((target) => partners.isWaker(target));
    const runtime = targets.length === 0 ? EMPTY_SET : isIdle ? idleBy(targets) : EVENT_LOOP;
    runtimes.set(set, runtime);
    const parts = isIdle ? PARTS : partsAmong(targets);
    for (const target of targets) {
      if (isIdle || parts.has(target.kind)) runtimes.set(target, runtime);
      for (const partner of isIdle ? partners.of(target) : NONE) runtimes.set(partner, runtime);
    }
  }
  return runtimes;
}

/** A loop wakes by one eventfd and a few timers: forty that one set watches are what the program works with, and tell themselves. */
const MOST_OF_A_KIND = 4;

function partsAmong(targets: readonly Descriptor[]): ReadonlySet<Descriptor['kind']> {
  return new Set(
    [...PARTS].filter((part) => {
      const count = targets.reduce((sum, { kind }) => sum + (kind === part ? 1 : 0), 0);
      return count > 0 && count <= MOST_OF_A_KIND;
    }),
  );
}

/** Copies by dup(2) count once: a set that watches one of them watches their open file. */
function isOneOrTwo(targets: readonly Descriptor[]): boolean {
  let count = 0;
  for (const { fd, sharedWith } of targets) {
    if (sharedWith === null || !sharedWith.some((other) => other < fd)) count += 1;
    if (count > 2) return false;
  }
  return count > 0;
}

const NONE: readonly Descriptor[] = [];

function idleBy(targets: readonly Descriptor[]): Runtime {
  const kinds = new Set(targets.map(({ kind }) => kind));
  if (kinds.size > 1) return IDLE_BY_SEVERAL;
  return kinds.has('pipe') ? IDLE_BY_PIPE : kinds.has('socket') ? IDLE_BY_PAIR : IDLE_SELECTOR;
}

/** What this process holds both ends of: a pipe, or a pair of unix sockets without a name, that it wakes itself up by. */
class Partners {
  readonly #descriptors: readonly Descriptor[];
  #byEnd: ReadonlyMap<string, Descriptor[]> | null = null;

  constructor(descriptors: readonly Descriptor[]) {
    this.#descriptors = descriptors;
  }

  isWaker(target: Descriptor): boolean {
    return WAKERS.has(target.kind) || (target.socket?.family === 'unix' && this.of(target).length > 0);
  }

  /** Those at the other end that no epoll set watches. */
  of({ kind, target, socket, object }: Descriptor): readonly Descriptor[] {
    if (kind === 'pipe') return object?.kind === 'pipe' && object.end === 'read' ? this.#at(`${target} write`) : NONE;
    if (socket?.family !== 'unix' || socket.path !== null || socket.peerInode === null) return NONE;
    return this.#at(`socket:[${socket.peerInode}]`);
  }

  #at(end: string): readonly Descriptor[] {
    this.#byEnd ??= groupByEnd(this.#descriptors);
    return this.#byEnd.get(end) ?? NONE;
  }
}

function groupByEnd(descriptors: readonly Descriptor[]): ReadonlyMap<string, Descriptor[]> {
  const byEnd = new Map<string, Descriptor[]>();
  for (const descriptor of descriptors) {
    const { kind, target, object, socket, watchedBy } = descriptor;
    if (watchedBy?.length !== 0) continue;
    const isNameless = socket?.family === 'unix' && socket.path === null;
    const end = kind === 'pipe' && object?.kind === 'pipe' ? `${target} ${object.end}` : isNameless ? target : null;
    if (end === null) continue;
    const known = byEnd.get(end);
    if (known === undefined) byEnd.set(end, [descriptor]);
    else known.push(descriptor);
  }
  return byEnd;
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
  descriptors.forEach((descriptor) => {
    const { watchedBy } = descriptor;
    if (watchedBy === null) return;
    if (descriptor.kind === 'epoll') sets.push(descriptor);
    for (let at = 0; at < watchedBy.length; at += 1) {
      const key = keyOf(descriptor, watchedBy[at] ?? 0);
      const known = watched.get(key);
      if (known === undefined) watched.set(key, [descriptor]);
      else known.push(descriptor);
    }
  });
  return { sets, watched };
}

function keyOf({ tid }: Descriptor, set: number): string {
  return `${tid ?? ''}/${set}`;
}
