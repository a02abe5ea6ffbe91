import type { Trend, TrendInput } from '../model/trend.ts';
import { formatBecause } from './because.ts';
import { type Column, type Columns, toColumns } from './columns.ts';
import { readKnown } from './envelope.ts';
import type { RowSpan } from './floor.ts';
import { measureHoursToLimit } from './exhaustion.ts';
import { findGrowth } from './growth.ts';
import { measureRate } from './rate.ts';
import { LEAST_RISE } from './span.ts';
import { classifyShape, type ShapeFound } from './shape.ts';

/**
 * Says of the total, of each kind and of each verdict whether it grows, how fast, in what way, and when the limit is
 * reached. The method and its sources: docs/trend.md. `total` is first, also without a sample.
 */
export function measureTrends(input: TrendInput): Trend[] {
  const columns = toColumns(input);
  return columns.subjects.filter(mayGrow).map((column) => measureTrend(column, toLives(columns, column), input.now));
}

/** A month of a busy process has hundreds of places: those that end no higher than they began are left alone. */
function mayGrow({ of, values }: Column): boolean {
  if (of !== 'place') return true;
  const third = Math.ceil(values.length / 3);
  return findLowest(values.subarray(-third)) >= findLowest(values.subarray(0, third)) + LEAST_RISE;
}

function findLowest(values: Float64Array): number {
  return values.reduce((lowest, value) => Math.min(lowest, readKnown(value)), Number.POSITIVE_INFINITY);
}

function measureTrend({ of, subject }: Column, lives: readonly RowSpan[], now: TrendInput['now']): Trend {
  const found = findGrowth(lives);
  const slope = found?.slope ?? null;
  if (found === null || slope === null || found.growth === 'too-short') {
    const because = found === null ? 'nothing was seen' : formatBecause(found, NO_SHAPE);
    return {
      subject,
      of,
      growth: 'too-short',
      perHour: null,
      perHourLow: null,
      perHourHigh: null,
      shape: 'none',
      hoursToLimit: null,
      because,
    };
  }
  const grows = found.growth === 'growing';
  const shapeFound = grows ? classifyShape(found.floor) : NO_SHAPE;
  const { shape } = shapeFound;
  const rate = grows ? measureRate(found.floor, shape, slope) : { ...slope, perEvent: 1 };
  return {
    subject,
    of,
    growth: found.growth,
    perHour: rate.perHour,
    perHourLow: rate.low,
    perHourHigh: rate.high,
    shape,
    hoursToLimit: grows ? measureHoursToLimit(rate, now.open, now.soft) : null,
    because: formatBecause(found, shapeFound),
  };
}

const NO_SHAPE: ShapeFound = { shape: 'none', isToldFromLoad: false };

/** One span for each process that was watched. */
function toLives({ at, process, stretch, opened }: Columns, { of, values }: Column): RowSpan[] {
  const lives: RowSpan[] = [];
  for (let first = 0; first < at.length;) {
    let end = first;
    while (end < at.length && process[end] === process[first]) end += 1;
    lives.push({
      at,
      values,
      stretch,
      opened,
      first: of === 'place' ? findBegin({ values, opened }, first, end) : first,
      end,
    });
    first = end;
  }
  return lives;
}

/**
 * The last row before a place had something: what came before says nothing of how fast it fills. Where it had more at once than were opened
 * since, it has got another name: `connected to 10.0.0.7:*` is `10.0.0.7:5432` once enough of them are.
 */
function findBegin({ values, opened }: Pick<RowSpan, 'values' | 'opened'>, first: number, end: number): number {
  let row = first;
  while (row < end && !((values[row] ?? 0) > 0)) row += 1;
  if (row === end || row === first) return first;
  const isRenamed = (values[row] ?? 0) > (opened[row] ?? 0) - (opened[row - 1] ?? 0);
  return isRenamed ? row : row - 1;
}
