import type { Descriptor } from '../model/descriptor.ts';
import type { Place, Span } from '../model/place.ts';
import type { Leak } from '../model/verdict.ts';
import { isInet } from './ports.ts';
import { findRuntimes, type Runtime } from './runtime.ts';
import { toWhat } from './what.ts';

/** The members of one place. */
interface PlaceGroup {
  readonly what: string;
  readonly where: string | null;
  readonly tid: number | null;
  readonly descriptors: readonly Descriptor[];
}

const grouped = new WeakMap<readonly Descriptor[], readonly PlaceGroup[]>();

/**
 * Puts together descriptors that are alike and of one place, the weightiest first: certain leaks, then suspects, then by number. What
 * one event loop consists of is one place.
 */
function groupPlaces(descriptors: readonly Descriptor[]): readonly PlaceGroup[] {
  const known = grouped.get(descriptors);
  if (known !== undefined) return known;
  const groups = new Map<
    string,
    { what: string; where: string | null; tid: number | null; descriptors: Descriptor[] }
  >();
  const runtimes = findRuntimes(descriptors);
  for (const descriptor of descriptors) {
    const { what, where } = nameOf(descriptor, runtimes.get(descriptor));
    const key = `${descriptor.tid ?? ''} ${what}\n${where ?? ''}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { what, where, tid: descriptor.tid, descriptors: [descriptor] });
    else group.descriptors.push(descriptor);
  }
  const sorted = [...groups.values()].toSorted(byWeight);
  grouped.set(descriptors, sorted);
  return sorted;
}

/** The places of an inspection as the document shows them. */
export function toPlaces(descriptors: readonly Descriptor[]): Place[] {
  return groupPlaces(descriptors).map(toPlace);
}

function nameOf(descriptor: Descriptor, runtime: Runtime | undefined): Pick<PlaceGroup, 'what' | 'where'> {
  if (runtime !== undefined) return runtime;
  const { place, kind } = descriptor;
  return { what: toWhat(descriptor), where: place === kind ? null : place };
}

const RANK = { certain: 2, suspect: 1, no: 0 } as const satisfies Record<Leak, number>;

function byWeight(a: PlaceGroup, b: PlaceGroup): number {
  return RANK[leakOf(b)] - RANK[leakOf(a)] || b.descriptors.length - a.descriptors.length;
}

function leakOf({ descriptors }: PlaceGroup): Leak {
  let worst: Leak = 'no';
  for (const { verdict } of descriptors) {
    if (verdict.leak === 'certain') return 'certain';
    if (verdict.leak === 'suspect') worst = 'suspect';
  }
  return worst;
}

function toPlace(group: PlaceGroup): Place {
  const { what, where, tid, descriptors } = group;
  const uses = descriptors.flatMap(({ socket }) => (isInet(socket) && socket.use !== null ? [socket.use] : []));
  const dead = toSpan(descriptors.map(({ socket }) => (isInet(socket) ? (socket.autopsy?.sinceAckMs ?? null) : null)));
  return {
    what,
    where,
    count: descriptors.length,
    fds: descriptors.map(({ fd }) => fd),
    tid,
    leak: leakOf(group),
    oldestMs: dead?.most ?? null,
    youngestMs: dead?.least ?? null,
    perHour: null,
    objects: countObjects(descriptors),
    idleMs: toSpan(uses.map(({ sinceReceivedMs, sinceSentMs }) => leastOf(sinceReceivedMs, sinceSentMs))),
    unreadBytes: toSpan(descriptors.map(unreadOf)),
    unsentBytes: toSpan(uses.map(({ unsentBytes }) => unsentBytes)),
    heldBytes: sumOf(descriptors.map(heldOf)),
    timerless: uses.length === 0 ? null : uses.filter(({ timer }) => timer === 'none').length,
    ended: countEnded(descriptors),
    attended: descriptors.some(({ watchedBy }) => watchedBy === null)
      ? null
      : descriptors.filter(({ watchedBy }) => watchedBy !== null && watchedBy.length > 0).length,
  };
}

/** Null where one of them has no inode of its own: all eventfds share one. */
function countObjects(descriptors: readonly Descriptor[]): number | null {
  const inodes = new Set<string>();
  for (const { inode } of descriptors) {
    if (inode === null) return null;
    inodes.add(inode);
  }
  return inodes.size;
}

function unreadOf({ socket }: Descriptor): number | null {
  if (isInet(socket)) return socket.use?.unreadBytes ?? socket.autopsy?.unreadBytes ?? null;
  return socket?.family === 'unix' ? socket.unreadBytes : null;
}

function heldOf({ sizeBytes, socket }: Descriptor): number | null {
  return sizeBytes ?? (isInet(socket) ? (socket.autopsy?.memoryBytes ?? null) : null);
}

function countEnded(descriptors: readonly Descriptor[]): number | null {
  const known = descriptors.flatMap(({ object }) => {
    if (object?.kind === 'process' && object.ended !== null) return [object.ended];
    if (object?.kind === 'pipe' && object.otherEnds !== null) return [object.otherEnds === 0];
    if (object?.kind === 'terminal' && object.inUse !== null) return [!object.inUse];
    return object?.kind === 'namespace' && object.inhabited !== null ? [!object.inhabited] : [];
  });
  return known.length === 0 ? null : known.filter((ended) => ended).length;
}

function leastOf(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}

function toSpan(values: readonly (number | null)[]): Span | null {
  let least: number | null = null;
  let most: number | null = null;
  for (const value of values) {
    if (value === null) continue;
    if (least === null || value < least) least = value;
    if (most === null || value > most) most = value;
  }
  return least === null || most === null ? null : { least, most };
}

function sumOf(values: readonly (number | null)[]): number | null {
  return values.reduce<number | null>((sum, value) => (value === null ? sum : (sum ?? 0) + value), null);
}
