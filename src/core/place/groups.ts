import type { Descriptor } from '../model/descriptor.ts';
import type { Place, Span } from '../model/place.ts';
import type { TcpUse } from '../model/socket.ts';
import type { Leak } from '../model/verdict.ts';
import { isInet } from './ports.ts';
import { findRuntimes, type Runtime } from './runtime.ts';
import { toWhat } from './what.ts';

/** The members of one place. */
export interface PlaceGroup {
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
export function groupPlaces(descriptors: readonly Descriptor[]): readonly PlaceGroup[] {
  const known = grouped.get(descriptors);
  if (known !== undefined) return known;
  const groups = new Map<
    string,
    { what: string; where: string | null; tid: number | null; descriptors: Descriptor[] }
  >();
  const runtimes = findRuntimes(descriptors);
  const opens = countBpf(descriptors);
  for (const descriptor of descriptors) {
    const { what, where } = nameOf(descriptor, runtimes.get(descriptor), opens);
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

function nameOf(
  descriptor: Descriptor,
  runtime: Runtime | undefined,
  opens: ReadonlyMap<string, number>,
): Pick<PlaceGroup, 'what' | 'where'> {
  if (runtime !== undefined) return runtime;
  const { place, kind } = descriptor;
  const isAlone = kind === 'bpf' && (opens.get(place) ?? 0) < 2;
  return { what: toWhat(descriptor), where: place === kind || isAlone ? null : place };
}

/** Bpf objects that are open once are told by what they are, not each by its number. */
function countBpf(descriptors: readonly Descriptor[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { kind, place } of descriptors) if (kind === 'bpf') counts.set(place, (counts.get(place) ?? 0) + 1);
  return counts;
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
    idleMs: toSpan(uses.map(idleOf)),
    unreadBytes: toSpan(descriptors.map(unreadOf)),
    unsentBytes: toSpan(uses.map(({ unsentBytes }) => unsentBytes)),
    heldBytes: sumOf(descriptors.map(heldOf)),
    timerless: uses.length === 0 ? null : uses.filter(({ timer }) => timer === 'none').length,
    ended: countEnded(descriptors),
    quiet: findQuiet(uses.map(idleOf)),
    otherEnd: findOtherEnd(descriptors),
    fileSystem: findFileSystem(descriptors),
    attended: countAttended(descriptors),
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

/** Null where that is not known of one of them. */
function countAttended(descriptors: readonly Descriptor[]): number | null {
  let count = 0;
  for (const { watchedBy, waitedOnBy } of descriptors) {
    if ((watchedBy?.length ?? 0) > 0 || (waitedOnBy?.length ?? 0) > 0) count++;
    else if (watchedBy === null || waitedOnBy === null) return null;
  }
  return count;
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

function idleOf({ sinceReceivedMs, sinceSentMs }: TcpUse): number | null {
  return leastOf(sinceReceivedMs, sinceSentMs);
}

/** Quiet for this long, and so many times longer than the next one: two kinds of clients, not one that spreads. */
const QUIET_MS = 2000;
const APART = 3;

function findQuiet(idle: readonly (number | null)[]): Place['quiet'] {
  const sorted = idle.filter((ms) => ms !== null).toSorted((a, b) => a - b);
  let widest = APART;
  let quiet: Place['quiet'] = null;
  for (const [at, ms] of sorted.entries()) {
    const before = sorted[at - 1];
    if (before === undefined || ms < QUIET_MS || ms < before * widest) continue;
    widest = ms / Math.max(1, before);
    quiet = { count: sorted.length - at, forMs: ms };
  }
  return quiet;
}

function findOtherEnd(descriptors: readonly Descriptor[]): Place['otherEnd'] {
  const counts = new Map<number, { pid: number; comm: string; count: number }>();
  for (const { otherEnd } of descriptors) {
    if (otherEnd === null) continue;
    const { pid, comm } = otherEnd;
    const known = counts.get(pid);
    if (known === undefined) counts.set(pid, { pid, comm, count: 1 });
    else known.count++;
  }
  return [...counts.values()].toSorted((a, b) => b.count - a.count)[0] ?? null;
}

function findFileSystem(descriptors: readonly Descriptor[]): string | null {
  const names = new Set<string>();
  for (const { object, deleted } of descriptors) {
    if (!deleted || object?.kind !== 'file' || object.mount === null) continue;
    names.add(`${object.mount} (${object.fileSystem ?? '?'})`);
  }
  const [first, ...more] = names;
  return first !== undefined && more.length === 0 ? first : null;
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
