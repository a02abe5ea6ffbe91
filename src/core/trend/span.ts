import type { Growth } from '../model/trend.ts';
import { sum, toChanges } from './clear-envelope.ts';
import { type Floor, type Series, type Span, toEnvelope, toFloor } from './envelope.ts';
import { findLook, type Look } from './look.ts';
import { measureSlope, type Slope } from './theil-sen.ts';

/** What one span of one process says about a count. */
export interface SpanTrend {
  readonly growth: Growth;
  readonly slope: Slope | null;
  /** How much the envelope rose from its beginning to its end. */
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
const FEWEST_VALUES = 18;
/** A leaked descriptor is in the lowest value of all this part of the span. */
const LONG = 1 / 3;

/** A rise below this is no growth, whatever the test says. */
const LEAST_RISE = 4;
/** What the lowest value of a third rose by from the first to the last is what the slope says, within this factor. */
const AGREE = 2;
/** What goes on growing has a slope in its second half of at least this part of the whole one. */
const LEAST_LATER = 0.25;
/** One or two steps are no growth. Noise is not counted as steps: it is taken out by a window of this part of the span. */
const FEWEST_STEPS = 3;
const STEPS_WINDOW = 1 / 12;

/**
 * Measures one span. Everything scales with it: four minutes at 1 s and a month at 10 s are cut into the same number of
 * bins, and the windows are parts of the span.
 */
export function measureSpan(span: Span): SpanTrend {
  const known = countKnown(span);
  const floor = toFloor(span, Math.max(1, Math.min(MOST_BINS, known)));
  const hours = (floor.binMs * floor.lowest.length) / MS_PER_HOUR;
  const long = toEnvelope(floor, Math.ceil(floor.lowest.length * LONG));
  const lastLow = long.values.at(-1) ?? 0;
  const look = known < FEWEST_VALUES ? null : findLook(floor);
  if (look === null) return { growth: 'too-short', slope: null, rise: 0, lastLow, reachedAt: 1, hours, floor };
  const rise = sum(toChanges(long));
  return { growth: judge(look, long, toEnvelope(floor, Math.max(1, Math.round(floor.lowest.length * STEPS_WINDOW)))), slope: look.slope, rise, lastLow, reachedAt: findReached(long) / floor.lowest.length, hours, floor };
}

const MS_PER_HOUR = 3_600_000;

function countKnown({ values, first, end }: Span): number {
  let known = 0;
  for (let i = first; i < end; i += 1) if (!Number.isNaN(values[i] ?? Number.NaN)) known += 1;
  return known;
}

function findReached({ values, stretch, bins }: Series): number {
  const rise = sum(toChanges({values,stretch} as Series));
  let level = 0;
  let reached = 0;
  values.forEach((value, i) => {
    if (i === 0 || stretch[i] !== stretch[i - 1]) return;
    level += value - (values[i - 1] ?? value);
    if (level <= 0.9 * rise) reached = bins[i] ?? 0;
  });
  return reached;
}

/** As many equal steps would be as uneven: 1 for a single jump, large for a smooth line. */
function countSteps(envelope: Series): number {
  const rises = toChanges(envelope).filter((change) => change > 0);
  return sum(rises) ** 2 / Math.max(1, sum(rises.map((rise) => rise ** 2)));
}

/** Per hour, in the second half: the slope, or the mean where that is more, as bursts have no slope between most pairs. */
function measureLater({ hours, values, stretch, bins, window }: Series): number {
  const half = values.length >> 1;
  const later = { hours: hours.slice(half), values: values.slice(half), stretch: stretch.slice(half), bins: bins.slice(half), window };
  const mean = sum(toChanges(later)) / ((hours.at(-1) ?? 0) - (hours[half] ?? 0));
  return Math.max(mean, measureSlope(later)?.perHour ?? 0);
}

/** The evidence must agree. */
function judge({ envelope, slope, isClear }: Look, long: Series, middle: Series): SpanTrend['growth'] {
  const rise = sum(toChanges(long));
  if (Math.abs(rise) < LEAST_RISE) return 'steady';
  if (rise < 0) return isClear && slope.perHour < 0 ? 'shrinking' : 'steady';
  const falls = -sum(toChanges(long).filter((change) => change < 0));
  const perHour = rise / measureHours(long);
  if (measureLater(envelope) < LEAST_LATER * (isClear ? slope.perHour : perHour)) return falls <= rise ? 'plateaued' : 'steady';
  const agrees = perHour * AGREE >= slope.perHour && perHour <= AGREE * slope.perHour;
  return isClear && agrees && countSteps(middle) > FEWEST_STEPS ? 'growing' : 'steady';
}

/** From value to value within stretches. */
function measureHours({ hours, stretch }: Series): number {
  return hours.reduce((all, hour, i) => (i > 0 && stretch[i] === stretch[i - 1] ? all + hour - (hours[i - 1] ?? hour) : all), 0);
}
