import type { Place } from '../model/place.ts';

/** Quiet for this long, and so many times longer than the next one: two kinds of clients, not one that spreads. */
const QUIET_MS = 2000;
const APART = 3;

/** Connections of a place that have been quiet for much longer than all others, from how long each has been so; null where none has. */
export function findQuiet(idleMs: readonly number[]): Place['quiet'] {
  const sorted = Float64Array.from(idleMs).sort();
  let widest = APART;
  let quiet: Place['quiet'] = null;
  for (let at = 1; at < sorted.length; at++) {
    const before = sorted[at - 1] ?? 0;
    const ms = sorted[at] ?? 0;
    if (ms < QUIET_MS || ms < before * widest) continue;
    widest = ms / Math.max(1, before);
    quiet = { count: sorted.length - at, forMs: ms };
  }
  return quiet;
}
