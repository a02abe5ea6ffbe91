import { sum, toChanges } from './clear-envelope.ts';
import { type Floor, type Series, toEnvelope } from './envelope.ts';
import { measureSlope, type Slope } from './theil-sen.ts';

/** An envelope, its slope, and how clearly the slope is seen in it. */
export interface Look {
  readonly envelope: Series;
  readonly slope: Slope;
  /** All rises from one value to the next, and all falls. */
  readonly rises: number;
  readonly falls: number;
  readonly isClear: boolean;
}

/** Windows tried, shortest first, as parts of the span. */
const WINDOWS = [1 / 120, 1 / 40, 1 / 24, 1 / 12];
/** The slope must make up this much of all that the envelope goes up, divided by the windows in the span: of 24, 0.19. */
const LEAST_CLEARNESS = 4.5;
/** One-sided 5 % of the Mann-Kendall test. */
const LEAST_Z = 1.645;

/** The look with the shortest window that shows the slope clearly, or the one with the longest; null without a pair. */
export function findLook(floor: Floor): Look | null {
  let look: Look | null = null;
  for (const part of WINDOWS) {
    look = lookThrough(floor, Math.max(1, Math.round(floor.lowest.length * part)));
    if (look?.isClear === true) return look;
  }
  return look;
}

function lookThrough(floor: Floor, window: number): Look | null {
  const envelope = toEnvelope(floor, window);
  const slope = measureSlope(envelope);
  if (slope === null) return null;
  const changes = toChanges(envelope);
  const rises = sum(changes.filter((change) => change > 0));
  const falls = -sum(changes.filter((change) => change < 0));
  const hours = (changes.length * floor.binMs) / 3_600_000;
  const part = (Math.abs(slope.perHour) * hours) / Math.max(1, slope.perHour > 0 ? rises : falls);
  const isClear = (part * floor.lowest.length) / window >= LEAST_CLEARNESS && Math.abs(slope.z) >= LEAST_Z;
  return { envelope, slope, rises, falls, isClear };
}
