import type { Frame, StackGroup, Stacks } from '../model/stacks.ts';
import { findOwnFrame } from '../parse/stacks/stacks.ts';

/** Stacks that stand at one place of the program. */
export interface Standing {
  readonly key: string;
  readonly count: number;
  readonly group: StackGroup;
  readonly at: Frame | null;
}

export type Unit = 'goroutine' | 'thread';

/** Goroutines are no threads: their ids mean nothing to the kernel. */
export function unitOf({ source }: Pick<Stacks, 'source'>): Unit {
  return source === 'goroutine-profile' || source === 'goroutine-dump' ? 'goroutine' : 'thread';
}

/**
 * The groups of a profile, and beside them what groups that differ above or below the program's own call come to together: 38 that read
 * and 2 that are about to, both in `serve`, are 40 in `serve`.
 */
export function toStandings({ groups }: Stacks): Standing[] {
  const single = groups.filter(({ frames }) => frames.length > 0).map(toStanding);
  const together = new Map<string, Standing[]>();
  for (const one of single) if (one.at !== null) together.set(one.key, [...(together.get(one.key) ?? []), one]);
  const sums = [...together.values()].flatMap((members): Standing[] => {
    const [first] = members;
    if (first === undefined || members.length === 1) return [];
    return [{ ...first, count: members.reduce((sum, { count }) => sum + count, 0) }];
  });
  return [...single, ...sums];
}

/** How many stand at each place of the program. */
export function countByPlace(stacks: Stacks): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const group of stacks.groups) {
    if (group.frames.length === 0) continue;
    const { key, count } = toStanding(group);
    counts.set(key, (counts.get(key) ?? 0) + count);
  }
  return counts;
}

function toStanding(group: StackGroup): Standing {
  const at = findOwnFrame(group.frames);
  const [top] = group.frames;
  return { key: keyOf(at ?? top), count: group.count, group, at };
}

/** `debug=1` prints `main.serve.func1`, `debug=2` the same; sources are printed alike. */
export function keyOf(frame: Frame | undefined): string {
  return frame === undefined ? '' : `${frame.function} ${frame.file}:${frame.line}`;
}
