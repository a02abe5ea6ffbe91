/** How dead sockets came about, from the times of their deaths alone. */
export interface Pace {
  /** Of the oldest and the youngest death. */
  readonly sinceMs: number;
  readonly youngestMs: number;
  /** If none has been closed meanwhile, which one look cannot see. */
  readonly perHour: number;
  readonly stillGoing: boolean;
}

/** Fewer deaths are no history. */
const FEWEST = 8;
/** What died in one burst has no pace. */
const SHORTEST_MS = 1000;
const RECENT_MS = 60_000;
/** Gaps of the latest deaths, and how many of their median a pause may last before it is an end. */
const LATEST = 20;
const PATIENCE = 3;
const LEAST_OF_LARGEST = 0.1;
const HOUR_MS = 3_600_000;

/**
 * The pace of a leak from one look: since when, how many an hour, and whether it goes on, from how long each socket has been dead (ms). null
 * for fewer than 8, or where all died within a second.
 * What died after the descriptors were listed, `listedMs` before, is not among them.
 */
export function measurePace(deadMs: readonly number[], listedMs: number): Pace | null {
  // Sorted as numbers, without a call for each two.
  const ages = Float64Array.from(deadMs).sort();
  const [youngestMs = 0] = ages;
  const sinceMs = ages.at(-1) ?? 0;
  if (ages.length < FEWEST || sinceMs - youngestMs < SHORTEST_MS) return null;
  const freshMs = youngestMs - listedMs;
  return {
    sinceMs,
    youngestMs,
    perHour: ((ages.length - 1) * HOUR_MS) / (sinceMs - youngestMs),
    stillGoing: freshMs < RECENT_MS && freshMs < PATIENCE * medianGap([...ages.subarray(0, LATEST)]),
  };
}

/** Of the gaps that count: those within a burst are none beside those between bursts. */
function medianGap(ages: readonly number[]): number {
  const gaps = ages.slice(1).map((age, at) => age - (ages[at] ?? age));
  const least = Math.max(...gaps) * LEAST_OF_LARGEST;
  const between = gaps.filter((gap) => gap >= least).sort((a, b) => a - b);
  return between[between.length >> 1] ?? 0;
}
