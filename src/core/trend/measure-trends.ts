import type { Trend, TrendInput } from '../model/trend.ts';
import { formatBecause } from './because.ts';
import { type Columns, toColumns } from './columns.ts';
import type { Span } from './envelope.ts';
import { measureHoursToLimit } from './exhaustion.ts';
import { findGrowth } from './growth.ts';
import { measureRate } from './rate.ts';
import { classifyShape, type ShapeFound } from './shape.ts';

/**
 * Says of the total, of each kind and of each verdict whether it grows, how fast, in what way, and when the limit is
 * reached. The method and its sources: docs/trend.md. `total` is first, also without a sample.
 */
export function measureTrends(input: TrendInput): Trend[] {
  const columns = toColumns(input);
  return [...columns.subjects].map(([subject, values]) => measureTrend(subject, toLives(columns, values), input.now));
}

function measureTrend(subject: string, lives: readonly Span[], now: TrendInput['now']): Trend {
  const found = findGrowth(lives);
  const slope = found?.slope ?? null;
  if (found === null || slope === null || found.growth === 'too-short') {
    const because = found === null ? 'nothing was seen' : formatBecause(found, NO_SHAPE);
    return {
      subject,
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
  const rate = grows ? measureRate(found.floor, shape, slope) : slope;
  return {
    subject,
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
function toLives({ at, process, stretch, opened }: Columns, values: Float64Array): Span[] {
  const lives: Span[] = [];
  for (let first = 0; first < at.length;) {
    let end = first;
    while (end < at.length && process[end] === process[first]) end += 1;
    lives.push({ at, values, stretch, opened, first, end });
    first = end;
  }
  return lives;
}
