import type { Holders, StackMatch, StackRead } from '../model/holders.ts';
import type { Place } from '../model/place.ts';
import type { Stacks } from '../model/stacks.ts';
import { matchByCount } from './by-count.ts';
import { matchByHandle, type OwnedHandle } from './by-handle.ts';
import { matchByThread, type ThreadFacts } from './by-thread.ts';
import { findGrowing, growthOf, isRising } from './growth.ts';
import { countByPlace, unitOf, keyOf } from './profile.ts';
import { type Sought, toAllSought } from './sought.ts';

/** What is known of those who may hold descriptors. */
export interface HolderEvidence {
  readonly reads: readonly StackRead[];
  /** In the order they were given: that of time. */
  readonly profiles: readonly Stacks[];
  /** Of a Node report; null where there is none. */
  readonly handles: readonly OwnedHandle[] | null;
  /** null where the kernel was not asked, or does not tell. */
  readonly threads: ThreadFacts | null;
}

/** Of one place. */
const MOST_CANDIDATES = 3;
const MOST_MATCHES = 12;

/**
 * Sets stacks beside the places of a process: by thread where the kernel names it, by handle where a Node report does, else by number:
 * `40 goroutines ↔ 40 dead tcp accepted on :37085`. Numbers that are alike prove nothing; how many stacks would fit as well is said.
 */
export function matchHolders(places: readonly Place[], evidence: HolderEvidence): Holders {
  const { reads, profiles, handles, threads } = evidence;
  const latest = profiles.at(-1);
  const sought = toAllSought(places);
  const named = threads === null ? [] : profiles.flatMap((stacks) => matchByThread(places, stacks, threads));
  const suspects = sought.filter(({ isSuspect }) => isSuspect);
  const owned = handles === null ? [] : suspects.map((one) => matchByHandle(one, handles));
  const counted = latest === undefined ? [] : sought.flatMap((one) => countsOf(one, profiles, latest));
  const matches = [...owned, ...ofSuspects(named, sought), ...counted].slice(0, MOST_MATCHES);
  return {
    reads,
    matches,
    growing: findGrowing(comparable(profiles)),
    because: matches.length > 0 ? null : whyNone(evidence, sought),
  };
}

/** The latest profile decides; what others of the same moment tell more of its stacks is added. */
function countsOf(one: Sought, profiles: readonly Stacks[], latest: Stacks): StackMatch[] {
  return matchByCount(one, latest)
    .map((match) => enrich(match, profiles))
    .sort((a, b) => Number(isRising(b.growth)) - Number(isRising(a.growth)))
    .slice(0, MOST_CANDIDATES);
}

/** `debug=1` tells no states and waits, `debug=2` of the same moment does. */
function enrich(bare: StackMatch, profiles: readonly Stacks[]): StackMatch {
  const match = { ...bare, growth: growthOf(keyOf(bare.at ?? bare.frames[0]), comparable(profiles)) };
  if (match.blockedIn !== null) return match;
  const same = profiles
    .flatMap(({ groups }) => groups)
    .find(({ frames, count, state }) => state !== null && count === match.stacks && isSamePlace(frames, match));
  return same === undefined ? match : { ...match, blockedIn: same.state, waitingMinutes: same.waitingMinutes };
}

function isSamePlace(frames: StackMatch['frames'], { frames: mine }: StackMatch): boolean {
  const [a] = frames;
  const [b] = mine;
  return a !== undefined && b !== undefined && a.function === b.function && a.line === b.line;
}

/** Those that count what the latest counts, as one tool names it. Two texts of one moment are one profile. */
function comparable(profiles: readonly Stacks[]): Stacks[] {
  const latest = profiles.at(-1);
  const alike = profiles.filter(
    (one) => latest !== undefined && (one.source === latest.source || (isOfGo(one) && isOfGo(latest))),
  );
  return alike.filter((one, at) => {
    const before = alike[at - 1];
    return before === undefined || !isSameMoment(before, one);
  });
}

function isOfGo(stacks: Stacks): boolean {
  return unitOf(stacks) === 'goroutine';
}

function isSameMoment(a: Stacks, b: Stacks): boolean {
  const [counts, others] = [countByPlace(a), countByPlace(b)];
  return a.total === b.total && [...counts].every(([key, count]) => others.get(key) === count);
}

/** Threads that wait on suspects first. */
function ofSuspects(named: readonly StackMatch[], sought: readonly Sought[]): StackMatch[] {
  const rank = ({ what, where }: StackMatch): number => {
    const at = sought.findIndex((one) => one.what === what && one.where === where);
    return at < 0 ? sought.length : at;
  };
  return [...named].sort((a, b) => rank(a) - rank(b) || b.stacks - a.stacks);
}

function whyNone({ reads, profiles, handles }: HolderEvidence, sought: readonly Sought[]): string {
  if (profiles.length === 0 && handles === null) {
    return reads.length === 0 ? 'no stacks were read' : 'no stacks were recognised';
  }
  const [first] = sought;
  if (first === undefined) return 'no place holds enough descriptors to look for who holds them';
  return `no stack stands as often as there are descriptors (${first.count} ${first.what})`;
}
