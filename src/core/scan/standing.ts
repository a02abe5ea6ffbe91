import { measureLimitUse } from '../diagnose/limit-use.ts';
import type { Inspection } from '../model/inspection.ts';
import { STANDINGS, type CountedProcess, type ScannedProcess, type Standing } from '../model/scan.ts';

/** What an inspection comes to: certain leaks, then a table that is full, then strong signs, then what could not be judged. */
export function standingOf({ summary, limits, findings, capability }: Inspection): Standing {
  if ((summary.byLeak?.certain ?? 0) > 0) return 'leak';
  if (measureLimitUse(limits)?.free === 0) return 'full';
  const isSign = findings.some(({ id, about, severity }) => {
    return id !== 'unlisted-sockets' && (severity === 'error' || (severity === 'warning' && about === 'leak'));
  });
  if (isSign) return 'suspect';
  const notJudged = (summary.byVerdict?.unlisted ?? 0) + (summary.byVerdict?.undecided ?? 0);
  return capability.level === 'count' || notJudged > 0 ? 'unseen' : 'ok';
}

/** What the counts alone tell: only that nothing is free any more. */
export function standingOfCount({ open, soft }: CountedProcess): Standing {
  return typeof soft === 'number' && open !== null && open >= soft && soft > 0 ? 'full' : 'unseen';
}

/** Worst first: by the answer, then by how far the limit is used, then by the number of descriptors. */
export function byWeight(a: ScannedProcess, b: ScannedProcess): number {
  return (
    STANDINGS.indexOf(a.standing) - STANDINGS.indexOf(b.standing) ||
    (b.utilization ?? -1) - (a.utilization ?? -1) ||
    (b.open ?? -1) - (a.open ?? -1) ||
    a.pid - b.pid
  );
}

/** How many there are of each standing. */
export function countStandings(processes: readonly ScannedProcess[]): Readonly<Partial<Record<Standing, number>>> {
  const counts: Partial<Record<Standing, number>> = {};
  for (const { standing } of processes) counts[standing] = (counts[standing] ?? 0) + 1;
  return counts;
}
