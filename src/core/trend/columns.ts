import type { Gap, Rollup, Sample, Segment, Spread } from '../model/sample.ts';
import type { TrendInput } from '../model/trend.ts';

/** The points of a history, column by column: a month is 65,000 rows, and every subject walks over them. */
export interface Columns {
  /** ms since 1970. */
  readonly at: Float64Array;
  /** Number of the process: a restart, an exec or another pid begins a new one. */
  readonly process: Int32Array;
  /** Number of the stretch: a new segment and a gap begin a new one. No slope goes from one to another. */
  readonly stretch: Int32Array;
  /** Descriptors opened so far; stands still where the churn is not known. */
  readonly opened: Float64Array;
  /** `total`, then every kind and verdict; NaN where no full look was taken. */
  readonly subjects: ReadonlyMap<string, Float64Array>;
}

type Counted = Readonly<Record<string, number | Spread>>;

/** One sample, or the lowest of ten minutes: what was open all the time is in both. */
interface Point {
  readonly at: number;
  readonly segment: number;
  readonly open: number;
  readonly opened: number;
  readonly counts: readonly Counted[] | null;
}

/** Lays out roll-ups up to the first sample, and the samples. */
export function toColumns({ segments, samples, rollups, gaps }: TrendInput): Columns {
  const firstSample = samples[0]?.at ?? Number.POSITIVE_INFINITY;
  const points = [
    ...rollups.filter(({ at }) => at + ROLLUP_MS <= firstSample).map(toRollupPoint),
    ...samples.map(toPoint),
  ];
  return {
    at: Float64Array.from(points, ({ at }) => at),
    opened: toRunningSum(points),
    process: toProcesses(points, segments),
    stretch: toStretches(points, gaps),
    subjects: toSubjects(points),
  };
}

const ROLLUP_MS = 600_000;

function toRollupPoint({ at, segment, open, opened, fullLooks, byKind, byVerdict }: Rollup): Point {
  const counts = fullLooks === 0 ? null : [byKind, byVerdict];
  return { at: at + ROLLUP_MS / 2, segment, open: open.min, opened: opened ?? 0, counts };
}

function toPoint({ at, segment, open, full }: Sample): Point {
  const counts = full === null ? null : [full.byKind, full.byVerdict];
  return { at, segment, open, opened: full?.opened ?? 0, counts };
}

function toRunningSum(points: readonly Point[]): Float64Array {
  let sum = 0;
  return Float64Array.from(points, ({ opened }) => (sum += opened));
}

/** A segment that only changed the limit goes on with the process before it. */
function toProcesses(points: readonly Point[], segments: readonly Segment[]): Int32Array {
  const processes = new Map<number, number>();
  let process = 0;
  for (const { id, because } of segments) {
    if (because !== 'limit-changed') process += 1;
    processes.set(id, process);
  }
  return Int32Array.from(points, ({ segment }) => processes.get(segment) ?? 0);
}

function toStretches(points: readonly Point[], gaps: readonly Gap[]): Int32Array {
  const ends = gaps.map(({ until }) => until).toSorted((a, b) => a - b);
  let passed = 0;
  let stretch = 0;
  let before: Point | undefined;
  return Int32Array.from(points, (point) => {
    const gapsBefore = passed;
    while ((ends[passed] ?? Number.POSITIVE_INFINITY) <= point.at) passed += 1;
    if (before !== undefined && (before.segment !== point.segment || passed > gapsBefore)) stretch += 1;
    before = point;
    return stretch;
  });
}

function toSubjects(points: readonly Point[]): Map<string, Float64Array> {
  const subjects = new Map<string, Float64Array>([['total', Float64Array.from(points, ({ open }) => open)]]);
  const looked = Float64Array.from(points, ({ counts }) => (counts === null ? Number.NaN : 0));
  const columnOf = (name: string): Float64Array => {
    const known = subjects.get(name);
    if (known !== undefined) return known;
    const column = looked.slice();
    subjects.set(name, column);
    return column;
  };
  for (let row = 0; row < points.length; row += 1) {
    for (const counted of points[row]?.counts ?? []) {
      for (const name in counted) {
        const value = counted[name];
        columnOf(name)[row] = typeof value === 'number' ? value : (value?.min ?? 0);
      }
    }
  }
  return subjects;
}
