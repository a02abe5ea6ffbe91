import type { Sample } from '../model/sample.ts';
import type { Rollup, Spread } from '../model/rollup.ts';
import type { Gap, Segment } from '../model/segment.ts';
import type { SubjectKind, TrendInput } from '../model/trend.ts';

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
  /** The total, then every kind, verdict and place; NaN where it was not counted. */
  readonly subjects: readonly Column[];
}

export interface Column {
  readonly of: SubjectKind;
  readonly subject: string;
  readonly values: Float64Array;
}

type Counted = Readonly<Record<string, number | Spread>>;

/** One sample, or the lowest of ten minutes: what was open all the time is in both. */
interface Point {
  readonly at: number;
  readonly segment: number;
  readonly open: number;
  readonly opened: number;
  readonly counts: readonly (readonly [Exclude<SubjectKind, 'total'>, Counted])[];
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

function toRollupPoint({ at, segment, open, opened, fullLooks, byKind, byVerdict, byPlace }: Rollup): Point {
  const counts = fullLooks === 0 ? [] : toCounts(byKind, byVerdict, byPlace);
  return { at: at + ROLLUP_MS / 2, segment, open: open.min, opened: opened ?? 0, counts };
}

function toPoint({ at, segment, open, full }: Sample): Point {
  const counts = full === null ? [] : toCounts(full.byKind, full.byVerdict, full.byPlace);
  return { at, segment, open, opened: full?.opened ?? 0, counts };
}

function toCounts(byKind: Counted, byVerdict: Counted, byPlace: Counted | null): Point['counts'] {
  const known = [['kind', byKind] as const, ['verdict', byVerdict] as const];
  return byPlace === null ? known : [...known, ['place', byPlace] as const];
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

function toSubjects(points: readonly Point[]): Column[] {
  const columns: Column[] = [{ of: 'total', subject: 'total', values: Float64Array.from(points, ({ open }) => open) }];
  for (const of of ['kind', 'verdict', 'place'] as const) columns.push(...toColumnsOf(of, points));
  return columns;
}

/** Numbers in the columns of one kind: 5,000 places over a month would take 2 GB. */
const MOST_VALUES = 4_000_000;

/** Where there are too many subjects, those that rose most. */
function toColumnsOf(of: Exclude<SubjectKind, 'total'>, points: readonly Point[]): Column[] {
  const found = points.map(({ counts }) => counts.find(([kind]) => kind === of)?.[1] ?? null);
  const looked = Float64Array.from(found, (counted) => (counted === null ? Number.NaN : 0));
  const columns = new Map<string, Float64Array>();
  const chosen = chooseRisen(found, Math.floor(MOST_VALUES / Math.max(1, points.length)));
  for (const [row, counted] of found.entries()) {
    if (counted === null) continue;
    for (const name in counted) {
      if (chosen !== null && !chosen.has(name)) continue;
      const values = columns.get(name) ?? looked.slice();
      columns.set(name, values);
      values[row] = toValue(counted[name]);
    }
  }
  return [...columns].map(([subject, values]) => ({ of, subject, values }));
}

/** Those whose count rose most, of which a leak is one; null: all of them. */
function chooseRisen(found: readonly (Counted | null)[], most: number): ReadonlySet<string> | null {
  const ranges = new Map<string, { least: number; most: number; rows: number }>();
  let looked = 0;
  for (const counted of found) {
    looked += counted === null ? 0 : 1;
    for (const name in counted) {
      const value = toValue(counted[name]);
      const range = ranges.get(name) ?? { least: value, most: value, rows: 0 };
      ranges.set(name, range);
      range.least = Math.min(range.least, value);
      range.most = Math.max(range.most, value);
      range.rows += 1;
    }
  }
  if (ranges.size <= most) return null;
  const ordered = [...ranges]
    // Where it was not counted there was none.
    .map(([name, range]) => ({ name, rise: range.most - (range.rows < looked ? 0 : range.least) }))
    .sort((one, other) => other.rise - one.rise);
  return new Set(ordered.slice(0, most).map(({ name }) => name));
}

function toValue(value: number | Spread | undefined): number {
  return typeof value === 'number' ? value : (value?.min ?? 0);
}
