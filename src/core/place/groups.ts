import type { Descriptor } from '../model/descriptor.ts';
import type { Place } from '../model/place.ts';
import type { Leak } from '../model/verdict.ts';
import type { PlaceGroup } from './place-group.ts';
import { absorbLike } from './absorb-like.ts';
import { mergeScattered } from './merge-scattered.ts';
import { isInet } from './ports.ts';
import { findRuntimes, type Runtime } from './runtime.ts';
import { toPlace } from './to-place.ts';
import { toWhat } from './what.ts';

const grouped = new WeakMap<readonly Descriptor[], readonly PlaceGroup[]>();

/**
 * Puts together descriptors that are alike and of one place, the weightiest first: certain leaks, then suspects, then by number. What
 * one event loop consists of is one place.
 */
export function groupPlaces(descriptors: readonly Descriptor[]): readonly PlaceGroup[] {
  const known = grouped.get(descriptors);
  if (known !== undefined) return known;
  const groups = new Groups();
  const runtimes = findRuntimes(descriptors);
  const opens = countOpens(descriptors);
  const latest = new Map<string, { readonly descriptor: Descriptor; readonly group: Group }>();
  descriptors.forEach((descriptor) => {
    // Thousands are like the one before them at the same place.
    const before = latest.get(descriptor.place);
    const isLike = before !== undefined && isAlike(descriptor, before.descriptor);
    const group = isLike
      ? before.group
      : groups.of(nameOf(descriptor, runtimes.get(descriptor), opens), descriptor.tid);
    if (!isLike) latest.set(descriptor.place, { descriptor, group });
    add(descriptor, group);
  });
  const sorted = mergeScattered(absorbLike(groups.all)).toSorted(byWeight);
  grouped.set(descriptors, sorted);
  return sorted;
}

interface Group extends PlaceGroup {
  readonly descriptors: Descriptor[];
  leak: Leak;
}

class Groups {
  readonly all: Group[] = [];
  readonly #byWhat = new Map<string, Map<string, Group>>();

  /** The one of this place, made where there is none yet. */
  of({ what, where }: Pick<PlaceGroup, 'what' | 'where'>, tid: number | null): Group {
    const alike = this.#byWhat.get(what) ?? new Map<string, Group>();
    this.#byWhat.set(what, alike);
    const key = tid === null ? (where ?? '') : `${where ?? ''}\n${tid}`;
    const known = alike.get(key);
    if (known !== undefined) return known;
    const made: Group = { what, where, tid, descriptors: [], leak: 'no' };
    alike.set(key, made);
    this.all.push(made);
    return made;
  }
}

function add(descriptor: Descriptor, group: Group): void {
  group.descriptors.push(descriptor);
  const { leak } = descriptor.verdict;
  if (RANK[leak] > RANK[group.leak]) group.leak = leak;
}

/** Whether two sockets are told alike, word for word. */
function isAlike(a: Descriptor, b: Descriptor): boolean {
  if (a.verdict !== b.verdict || a.place !== b.place || a.tid !== b.tid || a.kind !== 'socket') return false;
  return (
    isInet(a.socket) && isInet(b.socket) && a.socket.state === b.socket.state && a.socket.protocol === b.socket.protocol
  );
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
  const isNumbered = NUMBERED.has(kind) && /\d$/.test(place);
  const isAlone = isNumbered && (opens.get(`${kind} ${place}`) ?? 0) < 2;
  return { what: toWhat(descriptor), where: place === kind || isAlone ? null : place };
}

/** What goes by a number: those that are open once are told by what they are, not each by its number. */
const NUMBERED: ReadonlySet<Descriptor['kind']> = new Set<Descriptor['kind']>(['bpf', 'pidfd']);

function countOpens(descriptors: readonly Descriptor[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  descriptors.forEach(({ kind, place }) => {
    if (NUMBERED.has(kind)) counts.set(`${kind} ${place}`, (counts.get(`${kind} ${place}`) ?? 0) + 1);
  });
  return counts;
}

const RANK = { certain: 2, suspect: 1, no: 0 } as const satisfies Record<Leak, number>;

function byWeight(a: PlaceGroup, b: PlaceGroup): number {
  return RANK[b.leak] - RANK[a.leak] || b.descriptors.length - a.descriptors.length;
}
