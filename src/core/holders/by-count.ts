import type { StackMatch } from '../model/holders.ts';
import type { Stacks } from '../model/stacks.ts';
import { isAtWork, waitsForWork } from '../parse/stacks/stacks.ts';
import { type Standing, toStandings, unitOf } from './profile.ts';
import type { Sought } from './sought.ts';

/** Fewer are near each other by chance. */
const FEWEST_NEAR = 8;
/** Between the two moments a busy program opens and closes some. */
const MOST_APART = 0.1;

/** Stacks of the latest profile that are as many as the descriptors, or nearly as many; the likeliest first. */
export function matchByCount(one: Sought, latest: Stacks): StackMatch[] {
  const standings = toStandings(latest);
  const exact = standings.filter(({ count }) => count === one.count);
  if (exact.length > 0) return toMatches(one, { latest, by: 'count', standings: byRank(exact) });
  if (one.count < FEWEST_NEAR) return [];
  const most = Math.max(1, Math.floor(one.count * MOST_APART));
  const near = standings.filter(({ count }) => Math.abs(count - one.count) <= most);
  return toMatches(one, { latest, by: 'near-count', standings: byRank(near) });
}

interface Found {
  readonly latest: Stacks;
  readonly by: 'count' | 'near-count';
  readonly standings: readonly Standing[];
}

function toMatches({ what, where, count }: Sought, { latest, by, standings }: Found): StackMatch[] {
  const unit = unitOf(latest);
  return standings.map(({ group, at, count: stacks }) => ({
    what,
    where,
    descriptors: count,
    by,
    stacks,
    unit,
    fds: null,
    tids: null,
    unowned: null,
    candidates: standings.length,
    blockedIn: group.state,
    waitingMinutes: group.waitingMinutes,
    at,
    frames: group.frames,
    growth: null,
  }));
}

/** Those that wait on a descriptor first, those that wait for work last: a pool at rest has as many threads as it is large. */
function byRank(standings: readonly Standing[]): Standing[] {
  return [...standings].sort((a, b) => rankOf(a) - rankOf(b));
}

function rankOf({ at, group }: Standing): number {
  if (at === null) return 3;
  if (isAtWork(group)) return 0;
  return waitsForWork(group) ? 2 : 1;
}
