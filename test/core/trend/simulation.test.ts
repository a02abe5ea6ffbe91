import { describe, expect, it } from 'vitest';
import { FIRST_SEED, itHolds, RUNS } from './answers.ts';
import { measureTrends } from '../../../src/core/trend/measure-trends.ts';
import { HEALTHY, LEAKING, type Run, simulate, type SimulatedShape } from './simulator.ts';

/** Counts that the leaking one is a part of: they may grow with it. */
const WHOLES = { orphaned: ['total', 'socket'], established: ['total', 'socket'], eventfd: ['total'] } as const;

interface Told {
  readonly shape: SimulatedShape;
  readonly leaks: boolean;
  readonly right: number;
  readonly found: number;
  /** Runs in which something was said to grow that does not. */
  readonly wronglyAccused: number;
  /** Parts by which the rate was off, of the runs in which the leak was found. */
  readonly errors: readonly number[];
  /** Runs of these whose true rate is in the interval. */
  readonly held: number;
}

function tell(shape: SimulatedShape): Told {
  const told = Array.from({ length: RUNS }, (_, i) => tellRun(simulate(shape, FIRST_SEED + i)));
  return {
    shape,
    leaks: LEAKING.some((one) => one === shape),
    right: told.filter(({ isFound, isWrong }) => isFound && !isWrong).length,
    found: told.filter(({ isFound }) => isFound).length,
    wronglyAccused: told.filter(({ isWrong }) => isWrong).length,
    errors: told.flatMap(({ error }) => (error === null ? [] : [error])).toSorted((a, b) => a - b),
    held: told.filter(({ isHeld }) => isHeld).length,
  };
}

function tellRun({ input, leak }: Run): {
  readonly isFound: boolean;
  readonly isWrong: boolean;
  readonly error: number | null;
  readonly isHeld: boolean;
} {
  const growing = measureTrends(input).filter(({ growth }) => growth === 'growing');
  if (leak === null) return { isFound: true, isWrong: growing.length > 0, error: null, isHeld: false };
  const wholes: readonly string[] = WHOLES[leak.subject];
  const found = growing.find(({ subject }) => subject === leak.subject);
  return {
    isFound: found !== undefined,
    isWrong: growing.some(({ subject }) => subject !== leak.subject && !wholes.includes(subject)),
    error: found === undefined ? null : Math.abs((found.perHour ?? 0) / leak.perHour - 1),
    isHeld: (found?.perHourLow ?? Infinity) <= leak.perHour && leak.perHour <= (found?.perHourHigh ?? -Infinity),
  };
}

const told = [...HEALTHY, ...LEAKING].map(tell);
const sum = (pick: (one: Told) => number) => told.reduce((all, one) => all + pick(one), 0);
const found = sum(({ leaks, found }) => (leaks ? found : 0));
const precision = found / (found + sum(({ wronglyAccused }) => wronglyAccused));
const recall = found / (RUNS * LEAKING.length);

function toTable(): string[] {
  const percent = (part: number) => `${(100 * part).toFixed(1)} %`;
  const rows = told.map(({ shape, leaks, right, found, wronglyAccused, errors, held }) => {
    const error = leaks ? percent(errors[errors.length >> 1] ?? Number.NaN) : '-';
    const interval = leaks ? `${held} of ${found}` : '-';
    return `| ${shape} | ${leaks ? 'yes' : 'no'} | ${leaks ? `${found} of ${RUNS}` : '-'} | ${wronglyAccused} of ${RUNS} | ${(right / RUNS).toFixed(3)} | ${error} | ${interval} |`;
  });
  return [
    '| shape | leaks | leak found | something else accused | told right | rate off by (median) | rate within the interval |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
  ];
}

describe('200 simulated runs of several days', () => {
  it.each(told)('tell "$shape" right in at least 98 of 100', ({ right }) => {
    expect(right / RUNS).toBeGreaterThanOrEqual(0.98);
  });

  itHolds({
    leaking: told.filter(({ leaks }) => leaks),
    precision,
    recall,
    name: 'simulation',
    rows: toTable(),
    shapes: told.length,
  });
});
