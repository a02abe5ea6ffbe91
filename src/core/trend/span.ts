import type { GrowthWord } from '../model/trend.ts';
import { sum, toChanges } from './clear-envelope.ts';
import { type BinnedSeries, toEnvelope } from './envelope.ts';
import { type Floor, type RowSpan, toFloor } from './floor.ts';
import { findEnvelopeSlope, type EnvelopeSlope } from './envelope-slope.ts';
import { measureSlope, type Slope } from './theil-sen.ts';

/** What one span of one process says about a count. */
export interface SpanTrend {
  readonly growth: GrowthWord;
  readonly slope: Slope | null;
  /** How much the long envelope rose from its beginning to its end, without what happened between stretches. */
  readonly rise: number;
  /** The lowest value of the last third. */
  readonly lastLow: number;
  /** Part of the span after which nine tenths of the rise were reached. */
  readonly reachedAt: number;
  readonly hours: number;
  readonly floor: Floor;
}

/** The span is cut into at most this many bins. */
const MOST_BINS = 120;
/** Below this, nothing is said of growth. */
export const FEWEST_VALUES = 18;
/** A leak is in the lowest value of so long a part of the span; what the load does within it is not. */
const LONG = 1 / 3;

/** A rise of the long envelope below this is not growth, whatever the test says. */
export const LEAST_RISE = 4;
/** What is counted by all later values lifts the long envelope as fast as the slope says, within this factor. */
const AGREES_WITHIN = 2;
/** Of a count that goes on growing, the second half grows at this part of the slope at least. */
const LEAST_LATER = 0.25;
/** One or two steps are no growth. A window of this part of the span keeps noise from counting as steps. */
const FEWEST_STEPS = 3;
const STEPS_WINDOW = 1 / 12;

/**
 * Measures one span. Everything scales with it: four minutes at 1 s and a month at 10 s are cut into the same number of
 * bins, and all windows are parts of the span.
 */
export function measureSpan(span: RowSpan): SpanTrend {
  const known = countKnown(span);
  const floor = toFloor(span, Math.max(1, Math.min(MOST_BINS, known)));
  const bins = floor.lowest.length;
  const hours = (floor.binMs * bins) / 3_600_000;
  const long = toEnvelope(floor, Math.ceil(bins * LONG));
  const lastLow = long.values.at(-1) ?? 0;
  const look = known < FEWEST_VALUES ? null : findEnvelopeSlope(floor);
  if (look === null) return { growth: 'too-short', slope: null, rise: 0, lastLow, reachedAt: 1, hours, floor };
  const rise = sum(toChanges(long));
  const reachedAt = findReached(long, rise) / bins;
  return { growth: judge(look, long, floor), slope: look.slope, rise, lastLow, reachedAt, hours, floor };
}

function countKnown({ values, first, end }: RowSpan): number {
  let known = 0;
  for (let i = first; i < end; i += 1) if (!Number.isNaN(values[i] ?? Number.NaN)) known += 1;
  return known;
}

/** The last bin before nine tenths of the rise were there. */
function findReached({ values, stretch, bins }: BinnedSeries, rise: number): number {
  let level = 0;
  let reached = 0;
  for (let i = 1; i < values.length; i += 1) {
    if (stretch[i] === stretch[i - 1]) level += (values[i] ?? 0) - (values[i - 1] ?? 0);
    if (level <= 0.9 * rise) reached = bins[i] ?? 0;
  }
  return reached;
}

/** The evidence must agree: the slope is clearly seen, the lowest values rose as fast, it went on, and by more than a step or two. */
function judge(look: EnvelopeSlope, long: BinnedSeries, floor: Floor): GrowthWord {
  const { slope, isClear } = look;
  const changes = toChanges(long);
  const rise = sum(changes);
  if (Math.abs(rise) < LEAST_RISE) return 'steady';
  if (rise < 0) return isClear && slope.perHour < 0 ? 'shrinking' : 'steady';
  const perHour = rise / ((changes.length * floor.binMs) / 3_600_000);
  // A short envelope that ends in a burst has risen in its second half, however long ago the pool was full.
  if (Math.min(measureLater(look.envelope), measureLater(long)) < LEAST_LATER * (isClear ? slope.perHour : perHour)) {
    return rise >= sum(changes.map((change) => Math.max(0, -change))) ? 'plateaued' : 'steady';
  }
  const agrees = perHour * AGREES_WITHIN >= slope.perHour && perHour <= slope.perHour * AGREES_WITHIN;
  return isClear && agrees && countSteps(floor) > FEWEST_STEPS ? 'growing' : 'steady';
}

/** What the second half grows by per hour: its slope, or its mean where that is more, as bursts have no slope between most pairs. */
function measureLater({ hours, values, stretch, bins, window }: BinnedSeries): number {
  const half = values.length >> 1;
  const later: BinnedSeries = {
    hours: hours.slice(half),
    values: values.slice(half),
    stretch: stretch.slice(half),
    bins: bins.slice(half),
    window,
  };
  const mean = sum(toChanges(later)) / ((hours.at(-1) ?? 0) - (hours[half] ?? 0));
  return Math.max(mean, measureSlope(later)?.perHour ?? 0);
}

/** How many equal steps would be as uneven: 1 for a single jump, many for a smooth line. */
function countSteps(floor: Floor): number {
  const envelope = toEnvelope(floor, Math.max(1, Math.round(floor.lowest.length * STEPS_WINDOW)));
  const rises = toChanges(envelope).filter((change) => change > 0);
  return sum(rises) ** 2 / Math.max(1, sum(rises.map((rise) => rise ** 2)));
}
