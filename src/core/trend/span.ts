import type { Growth } from '../model/trend.ts';
import { type Floor, type Series, type Span, toEnvelope, toFloor } from './envelope.ts';
import { measureSlope, type Slope } from './theil-sen.ts';

/** What one span of one process says about a count. */
export interface SpanTrend {
  readonly growth: Growth | 'recent';
  readonly slope: Slope | null;
  /** How much the envelope rose from its beginning to its end. */
  readonly rise: number;
  /** The lowest value of the last third. */
  readonly lastLow: number;
  /** Part of the envelope's time after which nine tenths of the rise were reached. */
  readonly reachedAt: number;
  readonly hours: number;
  readonly floor: Floor;
}

/** The span is cut into at most this many bins, and the window is a third of them. */
const MOST_BINS = 120;
const FEWEST_VALUES = 18;
const WINDOW = 1 / 3;

/** A rise below this is no growth, whatever the test says. */
const LEAST_RISE = 4;
/** Nor is one below this part of what the load makes the count swing. */
const LEAST_PART_OF_SWING = 0.6;
/** One-sided 5 % of the Mann-Kendall test; the other conditions keep out what it lets in. */
const LEAST_Z = 1.645;
/** A rise above this part of the swing stands although the interval of the slope reaches down to 0. */
const CLEAR_PART_OF_SWING = 1;
/** Of a count that goes on growing, at least this part of the rise is in the second half. */
const LEAST_IN_SECOND_HALF = 0.15;
/** One step, or one and a smaller one, is no growth. */
const FEWEST_STEPS = 2.2;

/**
 * Measures one span. Everything scales with it: four minutes at 1 s and a month at 10 s are cut into the same number of
 * bins, and a load that comes back within a third of the span is taken out.
 */
export function measureSpan(span: Span): SpanTrend {
  const known = countKnown(span);
  const floor = toFloor(span, Math.max(1, Math.min(MOST_BINS, known)));
  const hours = (floor.binMs * floor.lowest.length) / 3_600_000;
  const envelope = toEnvelope(floor, Math.ceil(floor.lowest.length * WINDOW));
  const slope = known < FEWEST_VALUES ? null : measureSlope(envelope);
  const first = envelope.values[0] ?? 0;
  const lastLow = envelope.values.at(-1) ?? 0;
  const shared = { slope, rise: lastLow - first, lastLow, hours, floor };
  if (slope === null) return { ...shared, growth: 'too-short', reachedAt: 1 };
  const rise = sumWithinStretches(envelope);
  const course = measureCourse(envelope, rise);
  return { ...shared, rise, growth: judge(slope, rise, course, measureSwing(floor, envelope)), reachedAt: course.most };
}

function countKnown({ values, first, end }: Span): number {
  let known = 0;
  for (let i = first; i < end; i += 1) if (!Number.isNaN(values[i] ?? Number.NaN)) known += 1;
  return known;
}

/** The rise without what happened between stretches. */
function sumWithinStretches({ values, stretch }: Series): number {
  let rise = 0;
  for (let i = 1; i < values.length; i += 1) {
    if (stretch[i] === stretch[i - 1]) rise += (values[i] ?? 0) - (values[i - 1] ?? 0);
  }
  return rise;
}

/** How far the load lifts the count above its envelope, in the middle. */
function measureSwing({ lowest }: Floor, { values }: Series): number {
  const above = Float64Array.from(values, (value, i) => (lowest[i] ?? value) - value)
    .filter((one) => !Number.isNaN(one))
    .sort();
  return above[Math.floor(above.length * 0.75)] ?? 0;
}

interface Course {
  /** Parts of the time after which a tenth and nine tenths of the rise were there. */
  readonly start: number;
  readonly most: number;
  /** As many equal steps would be as uneven: 1 for a single jump, large for a smooth line. */
  readonly steps: number;
  /** Part of the rise in the second half. */
  readonly second: number;
}

function measureCourse({ values, stretch }: Series, rise: number): Course {
  const sign = Math.sign(rise);
  let level = 0;
  let sum = 0;
  let squares = 0;
  let start = Number.NaN;
  let most = 0;
  let half = 0;
  for (let i = 1; i < values.length; i += 1) {
    if (stretch[i] !== stretch[i - 1]) continue;
    const change = sign * ((values[i] ?? 0) - (values[i - 1] ?? 0));
    level += change;
    if (change > 0) {
      sum += change;
      squares += change ** 2;
    }
    if (Number.isNaN(start) && level > 0.1 * Math.abs(rise)) start = i;
    if (level <= 0.9 * Math.abs(rise)) most = i;
    if (i <= values.length / 2) half = level;
  }
  const last = Math.max(1, values.length - 1);
  return {
    start: (Number.isNaN(start) ? 0 : start) / last,
    most: most / last,
    steps: squares === 0 ? 0 : sum ** 2 / squares,
    second: rise === 0 ? 0 : 1 - half / Math.abs(rise),
  };
}

/** The evidence must agree: the slope is not zero, the rise is more than the load's swing, and it went on to the end. */
function judge(slope: Slope, rise: number, course: Course, swing: number): SpanTrend['growth'] {
  const { start, most, steps, second } = course;
  if (Math.abs(rise) < Math.max(LEAST_RISE, LEAST_PART_OF_SWING * swing)) return 'steady';
  if (rise < 0) return slope.z <= -LEAST_Z && slope.high < 0 ? 'shrinking' : 'steady';
  const scatter = 2.5 * Math.sqrt(0.09 / Math.max(1, steps));
  if (most < Math.min(0.6, 0.9 - scatter) || second < LEAST_IN_SECOND_HALF) return 'plateaued';
  if (start > Math.max(0.4, 0.1 + scatter)) return 'recent';
  const isClear = slope.low > 0 || rise >= CLEAR_PART_OF_SWING * swing;
  return isClear && slope.z >= LEAST_Z && slope.perHour > 0 && steps > FEWEST_STEPS ? 'growing' : 'steady';
}
