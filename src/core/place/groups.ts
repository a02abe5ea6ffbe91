import type { Descriptor } from '../model/descriptor.ts';
import type { Place } from '../model/place.ts';
import type { Leak } from '../model/verdict.ts';
import type { PlaceGroup } from './place-group.ts';
import { absorbLike } from './absorb-like.ts';
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
  const groups: Group[] = [];
  const byWhat = new Map<string, Map<string, Group>>();
  const runtimes = findRuntimes(descriptors);
  const opens = countOpens(descriptors);
  let last: Group | undefined;
  for (const descriptor of descriptors) {
    const { what, where } = nameOf(descriptor, runtimes.get(descriptor), opens);
    const { tid } = descriptor;
    // Those of one place tend to stand side by side.
    if (last?.what !== what || last.where !== where || last.tid !== tid) {
      const alike = byWhat.get(what) ?? new Map<string, Group>();
      byWhat.set(what, alike);
      const key = tid === null ? (where ?? '') : `${where ?? ''}\n${tid}`;
      last = alike.get(key);
      if (last === undefined) {
        last = { what, where, tid, descriptors: [], leak: 'no' };
        groups.push(last);
        alike.set(key, last);
      }
    }
    last.descriptors.push(descriptor);
    const { leak } = descriptor.verdict;
    if (RANK[leak] > RANK[last.leak]) last.leak = leak;
  }
  const sorted = absorbLike(groups).toSorted(byWeight);
  grouped.set(descriptors, sorted);
  return sorted;
}

interface Group extends PlaceGroup {
  readonly descriptors: Descriptor[];
  leak: Leak;
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
  for (const { kind, place } of descriptors) {
    if (NUMBERED.has(kind)) counts.set(`${kind} ${place}`, (counts.get(`${kind} ${place}`) ?? 0) + 1);
  }
  return counts;
}

const RANK = { certain: 2, suspect: 1, no: 0 } as const satisfies Record<Leak, number>;

function byWeight(a: PlaceGroup, b: PlaceGroup): number {
  return RANK[b.leak] - RANK[a.leak] || b.descriptors.length - a.descriptors.length;
}
