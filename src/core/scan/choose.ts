import type { Summary } from '../model/inspection.ts';
import type { CountedProcess } from '../model/counted-process.ts';
import type { Glance } from './glance.ts';

/** From here on the limit is worth a look, however few descriptors that are. */
const NEAR_LIMIT = 0.5;

/** A process in which no look could accuse anything, and its counts by verdict. */
export interface PlainProcess {
  readonly process: CountedProcess;
  readonly byVerdict: Summary['byVerdict'];
}

/** Processes that deserve a look, those that need none, and those that are too small for one. */
export interface Choice {
  /** The ones nearest to their limit first, then those with dead connections, then the largest. */
  readonly chosen: readonly CountedProcess[];
  readonly plain: readonly PlainProcess[];
  readonly small: readonly CountedProcess[];
}

/**
 * Chooses whom to look at: whoever has `min` descriptors, is near its limit, or cannot be counted. Where the host was walked over, whoever
 * holds what a look may accuse too, and no one in whom nothing can be accused.
 */
export function chooseLooks(
  processes: readonly CountedProcess[],
  min: number,
  glances: ReadonlyMap<number, Glance> | null,
): Choice {
  const chosen: CountedProcess[] = [];
  const plain: PlainProcess[] = [];
  const small: CountedProcess[] = [];
  const isNear = (one: CountedProcess): boolean => (shareOf(one) ?? 0) >= NEAR_LIMIT;
  const isDead = ({ pid }: CountedProcess): boolean => (glances?.get(pid)?.dead ?? 0) > 0;
  for (const process of processes) {
    const { pid, open } = process;
    const byVerdict = isNear(process) ? null : (glances?.get(pid)?.plain ?? null);
    if (byVerdict !== null) plain.push({ process, byVerdict });
    else if (open === null || open >= min || isNear(process) || glances?.get(pid)?.hasSign === true)
      chosen.push(process);
    else small.push(process);
  }
  const ranked = chosen.map((one) => ({ one, rank: isNear(one) ? 0 : isDead(one) ? 1 : 2 }));
  ranked.sort((a, b) => a.rank - b.rank || (b.one.open ?? 0) - (a.one.open ?? 0) || a.one.pid - b.one.pid);
  return { chosen: ranked.map(({ one }) => one), plain, small };
}

/** null where there is no limit, or one of the two is not known. */
export function shareOf({ open, soft }: Pick<CountedProcess, 'open' | 'soft'>): number | null {
  return open === null || typeof soft !== 'number' || soft === 0 ? null : open / soft;
}
