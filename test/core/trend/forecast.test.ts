import { expect, it } from 'vitest';
import type { Sample } from '../../../src/core/model/sample.ts';
import { findNearestEnd } from '../../../src/core/trend/nearest-end.ts';
import { measureTrends } from '../../../src/core/trend/measure-trends.ts';
import { Dice, toSample, toSegment } from './simulator.ts';

const RUNS = 200;
const HOUR = 3_600_000;
const START = Date.UTC(2026, 10, 22);
/** FDLEAK_SEED=… simulates runs that nobody tuned on. */
const FIRST_SEED = Number(process.env['FDLEAK_SEED'] ?? 1);

/** When each leaked descriptor comes, in ms from the start of the watch, until so many have. */
function leak(dice: Dice, count: number): number[] {
  const meanMs = dice.scale(1000, 600_000);
  const how = dice.pick('even', 'at random', 'in bursts');
  const comes: number[] = [];
  for (let at = 0; comes.length < count;) {
    const size = how === 'in bursts' ? Math.ceil(dice.between(2, 8)) : 1;
    at += how === 'even' ? meanMs * dice.between(0.9, 1.1) : dice.exponential(meanMs * size);
    for (let i = 0; i < size; i += 1) comes.push(at);
  }
  return comes;
}

/** What a watch says at half way to the limit, and when that is reached; null where it says no end. */
function forecast(seed: number): { readonly trueMs: number; readonly low: number; readonly high: number } | null {
  const dice = new Dice(seed);
  const base = Math.round(dice.between(10, 60));
  const soft = base + Math.round(dice.scale(100, 2000));
  const load = Math.round(dice.between(0, 6));
  const comes = leak(dice, soft - base - load);
  const trueMs = comes.at(-1) ?? 0;
  const halfMs = trueMs / 2;
  // 200 to 700 looks by then.
  const everyMs = halfMs / dice.between(200, 700);
  const samples: Sample[] = [];
  let leaked = 0;
  for (let at = 0; at <= halfMs; at += everyMs) {
    while ((comes[leaked] ?? Infinity) <= at) leaked += 1;
    const connections = Math.round(dice.between(0, load));
    samples.push(toSample(START + at, 1, { connections, files: base, leaked, into: 'orphaned', opened: load }, soft));
  }
  const now = { open: samples.at(-1)?.open ?? 0, soft };
  const trends = measureTrends({ segments: [toSegment(1, START, 'first-look')], samples, rollups: [], gaps: [], now });
  const end = findNearestEnd(trends, soft, null);
  if (end === null) return null;
  return { trueMs, low: halfMs + end.hours.low * HOUR, high: halfMs + (end.hours.high ?? Infinity) * HOUR };
}

it('holds the true time of the limit in at least 180 of 200 forecasts made at half way', () => {
  const told = Array.from({ length: RUNS }, (_, i) => forecast(FIRST_SEED + i));
  const held = told.filter((one) => one !== null && one.low <= one.trueMs && one.trueMs <= one.high);
  expect(held.length).toBeGreaterThanOrEqual(180);
  // An interval that says nothing would hold it as well.
  const widths = held.map((one) => (one === null ? Infinity : (one.high - one.low) / one.trueMs));
  expect(widths.toSorted((a, b) => a - b)[100]).toBeLessThan(0.5);
});
