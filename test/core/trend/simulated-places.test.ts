import { describe, expect, it } from 'vitest';
import { FIRST_SEED, itHolds, RUNS } from './answers.ts';
import { HEALTHY_PLACES, LEAKING_PLACES, type PlaceShape, simulatePlaces, watchPlaces } from './place-simulator.ts';

const MOMENTS = [0.25, 0.5, 0.75, 1];

interface Told {
  readonly shape: PlaceShape;
  readonly leaks: boolean;
  /** Runs in which a place was called a leak. */
  readonly called: number;
  /** Of these, those whose true rate was in the interval. */
  readonly held: number;
}

function tell(shape: PlaceShape): Told {
  const leaks = LEAKING_PLACES.some((one) => one === shape);
  let called = 0;
  let held = 0;
  for (let seed = FIRST_SEED; seed < FIRST_SEED + RUNS; seed += 1) {
    const run = simulatePlaces(shape, seed);
    const found = (leaks ? [1] : MOMENTS).flatMap((part) =>
      watchPlaces(run, part * run.untilMs).filter(({ judgement }) => judgement === 'leak'),
    );
    if (found.length > 0) called += 1;
    const [{ perHourLow, perHourHigh } = { perHourLow: null, perHourHigh: null }] = found;
    const perHour = run.perHour ?? Number.NaN;
    if ((perHourLow ?? Infinity) <= perHour && perHour <= (perHourHigh ?? -Infinity)) held += 1;
  }
  return { shape, leaks, called, held };
}

const told = [...HEALTHY_PLACES, ...LEAKING_PLACES].map(tell);
const countCalled = (leaks: boolean): number =>
  told.reduce((sum, one) => (one.leaks === leaks ? sum + one.called : sum), 0);
const precision = countCalled(true) / (countCalled(true) + countCalled(false));
const recall = countCalled(true) / (RUNS * LEAKING_PLACES.length);

function toTable(): string[] {
  const rows = told.map(
    ({ shape, leaks, called, held }) =>
      `| ${shape} | ${leaks ? 'yes' : 'no'} | ${called} of ${RUNS} | ${leaks ? `${held} of ${called}` : '-'} |`,
  );
  return [
    '| what the program does | leaks | called a leak | rate within the interval |',
    '| --- | --- | --- | --- |',
    ...rows,
  ];
}

describe('200 simulated runs of programs that open and close', () => {
  it.each(told)('judge "$shape" right in at least 98 of 100', ({ leaks, called }) => {
    expect((leaks ? called : RUNS - called) / RUNS).toBeGreaterThanOrEqual(0.98);
  });

  itHolds({
    leaking: told.flatMap(({ shape, leaks, called, held }) => (leaks ? [{ shape, found: called, held }] : [])),
    precision,
    recall,
    name: 'places',
    rows: toTable(),
    shapes: told.length,
  });
});
