import type { Scan } from '../../core/model/scan.ts';

/** One scan, as it is handed out until the next. */
export interface Served {
  readonly scan: Scan;
  readonly text: string;
  readonly atMs: number;
}

/** A scan this many intervals old is stale: what it says may be over. */
const STALE_INTERVALS = 3;

/** Whether a scan may still be handed out. */
export function isFresh(served: Served | null, nowMs: number, intervalMs: number): served is Served {
  return served !== null && nowMs - served.atMs <= STALE_INTERVALS * intervalMs;
}
