import { expect, it } from 'vitest';
import { CommonPace, OwnPace } from '../../../src/app/watch/looks-pace.ts';

const INTERVAL_MS = 10_000;

/** The rounds of `count` in which all looked, each of `watches` at `costMs`. */
function roundsOf(pace: CommonPace, { count, watches, costMs }: { count: number; watches: number; costMs: number }) {
  const looked: number[] = [];
  for (let round = 0; round < count; round += 1) {
    const due = Array.from({ length: watches }, (_, i) => pace.isDue(round * INTERVAL_MS + i));
    expect(new Set(due).size, `some of round ${round}`).toBe(1);
    if (due[0] !== true) continue;
    looked.push(round);
    for (let i = 0; i < watches; i += 1) pace.note(costMs);
  }
  return looked;
}

it('of many watches lets all look in the same rounds, so seldom that they cost a third of a percent of a core', () => {
  const looked = roundsOf(new CommonPace(INTERVAL_MS, () => 100), { count: 200, watches: 100, costMs: 4 });
  expect(looked.slice(0, 2)).toEqual([0, 9]);
  // 400 ms each, of 35 ms that each round may take.
  expect(looked.slice(-3).map((round, i, all) => round - (all[i - 1] ?? round))).toEqual([0, 12, 12]);
});

it('of many watches knows after the second round of looks what they cost', () => {
  const looked = roundsOf(new CommonPace(INTERVAL_MS, () => 30), { count: 20, watches: 30, costMs: 1 });
  expect(looked.slice(0, 5)).toEqual([0, 3, 4, 5, 6]);
});

it('of many watches lets all look each time where that is cheap', () => {
  expect(roundsOf(new CommonPace(INTERVAL_MS, () => 10), { count: 60, watches: 10, costMs: 1 }).slice(-3)).toEqual([
    57, 58, 59,
  ]);
});

it('of many watches is not misled by what one look costs that was forced between', () => {
  const pace = new CommonPace(INTERVAL_MS, () => 10);
  roundsOf(pace, { count: 60, watches: 10, costMs: 1 });
  for (let round = 60; round < 200; round += 1) {
    const isDue = pace.isDue(round * INTERVAL_MS);
    pace.note(isDue ? 1 : 1000);
  }
  expect(pace.every).toBe(1);
});

it('of one watch allows more in the first five minutes than later', () => {
  const pace = new OwnPace(INTERVAL_MS);
  let looks = 0;
  const lookFor = (ticks: number): number => {
    looks = 0;
    for (let tick = 0; tick < ticks; tick += 1) {
      if (!pace.isDue()) continue;
      looks += 1;
      pace.note(400);
    }
    return looks;
  };
  expect(lookFor(29)).toBe(29);
  expect(lookFor(80)).toBeLessThan(30);
  expect(pace.every).toBe(4);
});
