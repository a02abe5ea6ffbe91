import { describe, expect, it } from 'vitest';
import { measurePace } from '../../../src/core/place/pace.ts';

/** `count` deaths, one each `gapMs`, the youngest `youngestMs` ago. */
const steady = (count: number, gapMs: number, youngestMs: number): number[] =>
  Array.from({ length: count }, (_, at) => youngestMs + at * gapMs);

describe('measurePace', () => {
  it('tells since when, how fast, and that it goes on', () => {
    const pace = measurePace(steady(41, 1500, 700), 0);
    expect(pace).toEqual({ sinceMs: 60_700, youngestMs: 700, perHour: 2400, stillGoing: true });
  });

  it('tells a leak that has ended', () => {
    expect(measurePace(steady(41, 1500, 30_000), 0)).toMatchObject({ stillGoing: false });
    expect(measurePace(steady(41, 3_600_000, 61_000), 0)).toMatchObject({ stillGoing: false });
  });

  it('takes the pause between two bursts for no end', () => {
    const bursts = [0, 1, 2, 3, 4, 5].flatMap((burst) => steady(5, 2, 8000 + burst * 10_000));
    expect(measurePace(bursts, 0)).toMatchObject({ stillGoing: true });
    expect(
      measurePace(
        bursts.map((age) => age + 30_000),
        0,
      ),
    ).toMatchObject({ stillGoing: false });
  });

  it('counts the pause of a second look for no end', () => {
    expect(measurePace(steady(41, 100, 1250), 1200)).toMatchObject({ stillGoing: true, youngestMs: 1250 });
  });

  it('says nothing of few deaths, or of one burst', () => {
    expect(measurePace(steady(7, 1000, 0), 0)).toBeNull();
    expect(measurePace(steady(20, 50, 500), 0)).toBeNull();
  });
});
