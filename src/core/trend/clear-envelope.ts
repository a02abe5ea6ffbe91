import { type BinnedSeries, toEnvelope } from './envelope.ts';
import type { Floor } from './floor.ts';

/** Windows tried, as parts of the span: the shortest that takes the noise of the load out is the clearest. */
const WINDOWS = [1 / 120, 1 / 60, 1 / 24, 1 / 12, 1 / 6];
/** Falls of an envelope may be this part of its rises; above, it is the load that is seen. */
const MOST_FALLS = 0.1;
/** Steps: so much of the rise in so small a part of the bins, by at least so many descriptors each. */
const STEPS_MAKE = 0.7;
const STEPS_WITHIN = 0.25;
const LEAST_STEP = 3;
/** Bins before a step that it must rise above. */
const BEFORE = 3;

/** The envelope with the shortest window that hardly ever falls; null where even the longest does. */
export function findClearEnvelope(floor: Floor): BinnedSeries | null {
  for (const part of WINDOWS) {
    const envelope = toEnvelope(floor, Math.max(1, Math.round(floor.lowest.length * part)));
    const changes = toChanges(envelope);
    const rises = sum(changes.filter((change) => change > 0));
    const falls = -sum(changes.filter((change) => change < 0));
    if (rises > 0 && falls <= MOST_FALLS * rises) return envelope;
  }
  return null;
}

/**
 * Whether few steps make up the rise: a burst each time something dies. A step counts where the lowest value after it is
 * above the highest just before it: under noise, the envelope of an even slope is a staircase as well.
 */
export function isSteps(series: BinnedSeries, { lowest }: Floor): boolean {
  const { values, stretch, bins } = series;
  const steps = values
    .map((value, i) => (stretch[i] === stretch[i - 1] ? value - (values[i - 1] ?? value) : 0))
    .filter((step, i) => step >= LEAST_STEP && (values[i] ?? 0) > findHighestBefore(lowest, bins[i] ?? 0))
    .toSorted((a, b) => b - a)
    .slice(0, Math.floor(STEPS_WITHIN * lowest.length));
  return sum(steps) >= STEPS_MAKE * sum(toChanges(series).filter((change) => change > 0));
}

function findHighestBefore(lowest: Float64Array, bin: number): number {
  return lowest
    .slice(Math.max(0, bin - BEFORE), bin)
    .reduce((highest, value) => (value > highest ? value : highest), 0);
}
/** From each value to the next of the same stretch. */
export function toChanges({ values, stretch }: BinnedSeries): number[] {
  return values.flatMap((value, i) =>
    i > 0 && stretch[i] === stretch[i - 1] ? [value - (values[i - 1] ?? value)] : [],
  );
}

export function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
