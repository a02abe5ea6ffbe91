import type { Shape } from '../model/trend.ts';
import type { Floor } from './floor.ts';
import { findClearEnvelope, isSteps } from './clear-envelope.ts';

/** One explanation beats the other where it leaves less than this part over. */
const CLEARLY_LESS = 0.65;

/** An envelope with a longer window than this part of the span may hide steps. */
const LONGEST_SHARP = 1 / 24;

/** How a count grows. `isToldFromLoad`: the load varied, and the count went with the time and not with it. */
export interface ShapeFound {
  readonly shape: Shape;
  readonly isToldFromLoad: boolean;
}

/** Says how a count that grows does it. Bursts are looked for first: a burst under load is a burst. */
export function classifyShape(floor: Floor): ShapeFound {
  const clear = findClearEnvelope(floor);
  if (clear !== null && isSteps(clear, floor)) return { shape: 'steps', isToldFromLoad: false };
  const isSharp = clear !== null && clear.window <= floor.lowest.length * LONGEST_SHARP;
  return compareWithLoad(floor, isSharp ? 'slope' : 'unclear');
}

/**
 * Fits the floor twice by least squares, with the present load (descriptors opened in the bin) to explain its swing: once
 * with growth by the hour, once with growth by what was opened so far. The better fit names the shape.
 *
 * `even` where the load was too even to tell them apart, `unclear` where neither fit is clearly better.
 */
function compareWithLoad({ lowest, opened }: Floor, even: Shape): ShapeFound {
  const rows = [...lowest.keys()].filter((i) => i > 0 && !Number.isNaN(lowest[i] ?? Number.NaN));
  const values = rows.map((i) => lowest[i] ?? 0);
  const load = rows.map((i) => (opened[i] ?? 0) - (opened[i - 1] ?? 0));
  const soFar = rows.map((i) => opened[i] ?? 0);
  if (rows.length < 24 || isEven(rows, soFar)) return { shape: even, isToldFromLoad: false };
  const byHour = measureRest(values, [load, rows]);
  const byLoad = measureRest(values, [load, soFar]);
  if (byLoad < CLEARLY_LESS * byHour) return { shape: 'load-driven', isToldFromLoad: false };
  if (byHour >= CLEARLY_LESS * byLoad) return { shape: 'unclear', isToldFromLoad: false };
  // Looks that are further apart than the bins make steps of an even load: no line follows them.
  const isKnown = load.filter((opens) => opens > 0).length * 2 >= load.length;
  return { shape: 'slope', isToldFromLoad: isKnown };
}

/** What was opened so far keeps so close to a straight line that growth by load and by the hour are the same. */
function isEven(rows: readonly number[], soFar: readonly number[]): boolean {
  const total = (soFar.at(-1) ?? 0) - (soFar[0] ?? 0);
  return total <= 0 || Math.sqrt(measureRest(soFar, [rows]) / rows.length) < 0.01 * total;
}

/** The sum of squares that a least-squares fit by `columns` and a constant leaves, by Gram-Schmidt. */
function measureRest(values: readonly number[], columns: readonly (readonly number[])[]): number {
  const basis: number[][] = [];
  let rest = toCentred(values);
  for (const column of columns) {
    let direction = toCentred(column);
    for (const one of basis) direction = subtractProjection(direction, one);
    basis.push(direction);
    rest = subtractProjection(rest, direction);
  }
  return dot(rest, rest);
}

function toCentred(values: readonly number[]): number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.map((value) => value - mean);
}

function subtractProjection(values: readonly number[], direction: readonly number[]): number[] {
  const length = dot(direction, direction);
  if (length === 0) return [...values];
  const factor = dot(values, direction) / length;
  return values.map((value, i) => value - factor * (direction[i] ?? 0));
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}
