import type { CountedProcess } from '../model/scan.ts';

/** From here on the limit is worth a look, however few descriptors that are. */
const NEAR_LIMIT = 0.5;

/** Processes that deserve a look, and those that are too small for one. */
export interface Choice {
  /** The ones nearest to their limit first, then the largest. */
  readonly chosen: readonly CountedProcess[];
  readonly small: readonly CountedProcess[];
}

/** Chooses whom to look at: whoever has `min` descriptors, is near its limit, or cannot be counted. */
export function chooseLooks(processes: readonly CountedProcess[], min: number): Choice {
  const chosen: CountedProcess[] = [];
  const small: CountedProcess[] = [];
  for (const one of processes) {
    const isWorthIt = one.open === null || one.open >= min || (shareOf(one) ?? 0) >= NEAR_LIMIT;
    (isWorthIt ? chosen : small).push(one);
  }
  const isNear = (one: CountedProcess): number => ((shareOf(one) ?? 0) >= NEAR_LIMIT ? 1 : 0);
  chosen.sort((a, b) => isNear(b) - isNear(a) || (b.open ?? 0) - (a.open ?? 0) || a.pid - b.pid);
  return { chosen, small };
}

/** null where there is no limit, or one of the two is not known. */
export function shareOf({ open, soft }: Pick<CountedProcess, 'open' | 'soft'>): number | null {
  return open === null || typeof soft !== 'number' || soft === 0 ? null : open / soft;
}
