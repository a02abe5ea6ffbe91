import { measureLimitUse } from '../diagnose/limit-use.ts';
import type { Finding } from '../model/finding.ts';
import type { Inspection } from '../model/inspection.ts';
import { STANDINGS, type ScannedProcess, type Standing } from '../model/scanned-process.ts';
import type { CountedProcess } from '../model/counted-process.ts';

/** What an inspection comes to: certain leaks, then a table that is full, then strong signs, then what could not be judged. */
export function standingOf(inspection: Inspection): Standing {
  const { summary, limits } = inspection;
  if ((summary.byLeak?.certain ?? 0) > 0) return 'leak';
  // No number is free below the soft limit: the next open(2), socket(2) or accept(2) fails.
  if (measureLimitUse(limits)?.free === 0) return 'full';
  const sign = findSign(inspection);
  if (sign !== null && sign.id !== 'unlisted-sockets') return 'suspect';
  return isBlind(inspection) ? 'unseen' : 'ok';
}

/** The finding that makes a suspect of a process: one about leaks that is more than information, else an error about anything. */
export function findSign({ findings }: Pick<Inspection, 'findings'>): Finding | null {
  const leak = findings.find(({ about, severity }) => about === 'leak' && severity !== 'info');
  return leak ?? findings.find(({ severity }) => severity === 'error') ?? null;
}

/** Whether something that would decide could not be seen. */
function isBlind({ capability, limits, summary }: Inspection): boolean {
  if (capability.level === 'count' && limits.open !== 0) return true;
  return capability.level === 'kinds' || (summary.byVerdict?.unlisted ?? 0) + (summary.byVerdict?.undecided ?? 0) > 0;
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
