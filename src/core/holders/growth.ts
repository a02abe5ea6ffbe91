import type { GrowingStack } from '../model/holders.ts';
import type { Stacks } from '../model/stacks.ts';
import { countByPlace, type Standing, toStandings, unitOf } from './profile.ts';

/** Less is what a program does anyway. */
const LEAST_RISE = 3;
const MOST_TOLD = 3;

/** How many stood at a place in each profile; null for one profile. */
export function growthOf(key: string, profiles: readonly Stacks[]): readonly number[] | null {
  return profiles.length < 2 ? null : profiles.map((one) => countByPlace(one).get(key) ?? 0);
}

/** Whether numbers rose and never fell. */
export function isRising(counts: readonly number[] | null): boolean {
  if (counts === null) return false;
  const rise = (counts.at(-1) ?? 0) - (counts[0] ?? 0);
  return rise >= LEAST_RISE && counts.every((count, at) => at === 0 || count >= (counts[at - 1] ?? 0));
}

/** Places where ever more stand, the steepest first. */
export function findGrowing(profiles: readonly Stacks[]): GrowingStack[] {
  const latest = profiles.at(-1);
  if (latest === undefined || profiles.length < 2) return [];
  const byKey = new Map<string, Standing>(toStandings(latest).map((one) => [one.key, one]));
  return [...byKey.values()]
    .flatMap(({ key, at }): GrowingStack[] => {
      const counts = growthOf(key, profiles);
      return counts !== null && isRising(counts) ? [{ counts, unit: unitOf(latest), at }] : [];
    })
    .sort((a, b) => riseOf(b) - riseOf(a))
    .slice(0, MOST_TOLD);
}

function riseOf({ counts }: GrowingStack): number {
  return (counts.at(-1) ?? 0) - (counts[0] ?? 0);
}
