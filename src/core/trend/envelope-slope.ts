import { sum, toChanges } from './clear-envelope.ts';
import { type BinnedSeries, toEnvelope } from './envelope.ts';
import type { Floor } from './floor.ts';
import { measureSlope, type Slope } from './theil-sen.ts';

/** An envelope, its slope, and whether the slope is clearly seen in it. */
export interface EnvelopeSlope {
  readonly envelope: BinnedSeries;
  readonly slope: Slope;
  readonly isClear: boolean;
}

/** Windows tried, as parts of the span, shortest first: the fewer bins a value looks at, the more values are independent. */
const WINDOWS = [1 / 120, 1 / 40, 1 / 24, 1 / 12];
/** Over 24 windows, the slope must make up 4.5/24 of all that the envelope goes up. */
const LEAST_CLEARNESS = 4.5;
/** One-sided 5 % of the Mann-Kendall test. */
const LEAST_Z = 1.645;

/** The look with the shortest window that shows the slope clearly, or else the one with the longest; null without a pair. */
export function findEnvelopeSlope(floor: Floor): EnvelopeSlope | null {
  let look: EnvelopeSlope | null = null;
  for (const part of WINDOWS) {
    look = slopeThrough(floor, Math.max(1, Math.round(floor.lowest.length * part)));
    if (look?.isClear === true) return look;
  }
  return look;
}

/**
 * Noise goes up as much as it goes down, again in every window, and its slope is little of that. Of an even leak the slope is all.
 * Where values are independent the part that chance makes falls with the windows m as m^-1.5; m^-1 is asked for, which is
 * stricter the shorter they are, as the load of neighbouring windows is not.
 */
function slopeThrough(floor: Floor, window: number): EnvelopeSlope | null {
  const envelope = toEnvelope(floor, window);
  const slope = measureSlope(envelope);
  if (slope === null) return null;
  const changes = toChanges(envelope);
  const sign = Math.sign(slope.perHour);
  const moved = sum(changes.map((change) => Math.max(0, sign * change)));
  const explained = (sign * slope.perHour * changes.length * floor.binMs) / 3_600_000;
  const windows = floor.lowest.length / window;
  const isClear = explained * windows >= LEAST_CLEARNESS * moved && sign * slope.z >= LEAST_Z;
  return { envelope, slope, isClear };
}
