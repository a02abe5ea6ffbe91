import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BinnedSeries, toEnvelope } from '../../../src/core/trend/envelope.ts';
import { type RowSpan, toFloor } from '../../../src/core/trend/floor.ts';
import { measureInflation, measureKendall, toRanks } from '../../../src/core/trend/mann-kendall.ts';
import { selectRank } from '../../../src/core/trend/select.ts';
import { measureSlope } from '../../../src/core/trend/theil-sen.ts';

function series(values: readonly number[], stretch: readonly number[] = values.map(() => 0)): BinnedSeries {
  return {
    hours: values.map((_, i) => i),
    values: [...values],
    stretch: [...stretch],
    bins: values.map((_, i) => i),
    window: 1,
  };
}

const counts = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 3, maxLength: 40 });

describe('measureKendall', () => {
  it('counts every pair of a rising series, with the variance n(n-1)(2n+5)/18', () => {
    expect(measureKendall(series([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), 1)).toMatchObject({ s: 45, variance: 125 });
  });

  it('takes ties out of the variance', () => {
    // 5 values, 3 of them equal: (5*4*15 - 3*2*11) / 18
    expect(measureKendall(series([1, 2, 2, 2, 3]), 1)).toMatchObject({ s: 7, variance: 13 });
  });

  it('forms no pair across two stretches', () => {
    expect(measureKendall(series([1, 1, 1, 9, 9, 9], [0, 0, 0, 1, 1, 1]), 1)).toEqual({ s: 0, variance: 0, z: 0 });
  });

  it('turns its sign with the series', () => {
    fc.assert(
      fc.property(counts, (values) => {
        const forward = measureKendall(series(values), 1);
        const backward = measureKendall(series(values.toReversed()), 1);
        expect(backward.s + forward.s).toBe(0);
        expect(backward.variance).toBe(forward.variance);
      }),
    );
  });
});

describe('measureInflation', () => {
  it('finds nothing in noise that does not follow itself', () => {
    expect(measureInflation(series([3, 9, 1, 7, 5, 2, 8, 4, 6, 0, 9, 3]), 0)).toBeLessThan(1.6);
  });

  it('says that slow waves are worth fewer values than they have', () => {
    const waves = Array.from({ length: 90 }, (_, i) => Math.sin(i / 8));
    expect(measureInflation(series(waves), 0)).toBeGreaterThan(4);
  });
});

describe('toRanks', () => {
  it('gives equal values the mean of their ranks', () => {
    expect(toRanks([7, 3, 7])).toEqual([2.5, 1, 2.5]);
  });
});

describe('selectRank', () => {
  it('finds what sorting would put there, also among equal values', () => {
    const values = fc.array(fc.integer({ min: -3, max: 30 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(values, fc.nat(), (values, at) => {
        const rank = at % values.length;
        expect(selectRank(Float64Array.from(values), rank)).toBe(values.toSorted((a, b) => a - b)[rank]);
      }),
    );
  });
});

describe('measureSlope', () => {
  it('is not moved by a burst that comes and goes', () => {
    const values = Array.from({ length: 30 }, (_, i) => 2 * i + (i === 25 ? 5000 : 0));
    expect(measureSlope(series(values))).toMatchObject({ perHour: 2, low: 2, high: 2 });
  });

  it('sums over stretches without taking the jump between them for growth', () => {
    const values = [0, 1, 2, 3, 4, 500, 501, 502, 503, 504];
    expect(measureSlope(series(values, [0, 0, 0, 0, 0, 1, 1, 1, 1, 1]))?.perHour).toBe(1);
  });

  it('has no answer where no two values share a stretch', () => {
    expect(measureSlope(series([1, 2, 3], [0, 1, 2]))).toBeNull();
  });

  it('grows by what every value is tilted by, and its interval holds it', () => {
    fc.assert(
      fc.property(counts, fc.integer({ min: -50, max: 50 }), (values, tilt) => {
        const plain = measureSlope(series(values));
        const tilted = measureSlope(series(values.map((value, i) => value + tilt * i)));
        expect(tilted?.perHour).toBeCloseTo((plain?.perHour ?? 0) + tilt, 6);
        expect(tilted?.low).toBeLessThanOrEqual(tilted?.perHour ?? 0);
        expect(tilted?.high).toBeGreaterThanOrEqual(tilted?.perHour ?? 0);
      }),
    );
  });
});

describe('toEnvelope', () => {
  const HOUR = 3_600_000;
  const floor = (...lowest: number[]) => ({
    binMs: HOUR,
    at: Float64Array.from(lowest, (_, i) => i * HOUR),
    lowest: Float64Array.from(lowest),
    stretch: Int32Array.from(lowest, () => 0),
    opened: new Float64Array(lowest.length),
  });

  it('keeps what was open during the whole window', () => {
    expect(toEnvelope(floor(5, 9, 5, 6, 9), 2)).toMatchObject({ values: [5, 5, 5, 6], hours: [0, 1, 2, 3] });
  });

  it('leaves bins out that nobody saw', () => {
    expect(toEnvelope(floor(5, Number.NaN, 7, 8), 2)).toMatchObject({ values: [5, 7], hours: [0, 2] });
  });

  it('leaves out a bin in which two stretches meet', () => {
    const span: RowSpan = {
      at: Float64Array.of(0, 1, 2, 3, 4, 5, 6, 7),
      values: Float64Array.of(1, 1, 1, 1, 9, 9, 9, 9),
      stretch: Int32Array.of(0, 0, 0, 1, 1, 1, 1, 1),
      opened: new Float64Array(8),
      first: 0,
      end: 8,
    };
    expect([...toFloor(span, 4).lowest]).toEqual([1, Number.NaN, 9, 9]);
  });
});
