import { describe, expect, it } from 'vitest';
import type { Trend } from '../../../src/core/model/trend.ts';
import { measureTrends } from '../../../src/core/trend/measure-trends.ts';
import { Dice, toSample, toSegment } from './simulator.ts';

const SECONDS = 240;
/** Waves of load: much and little of it, several times. */
const WAVES = (second: number): number => 20 + Math.round(18 * Math.sin(second / 12));

interface Watched {
  readonly orphans: (second: number) => number;
  readonly opened?: (second: number) => number;
  readonly connections?: (second: number) => number;
  /** A full look every so many seconds. */
  readonly lookEvery?: number;
}

function trendOf(subject: string, { orphans, opened = () => 4, connections = () => 8, lookEvery = 1 }: Watched): Trend {
  const samples = Array.from({ length: SECONDS + 1 }, (_, second) => {
    const seen = {
      connections: connections(second),
      files: 20,
      leaked: orphans(second),
      into: 'orphaned',
      opened: opened(second) * lookEvery,
    } as const;
    const sample = toSample(second * 1000, 1, seen, 1024);
    return second % lookEvery === 0 ? sample : { ...sample, full: null };
  });
  const now = { open: samples.at(-1)?.open ?? 0, soft: 1024 };
  const trends = measureTrends({ segments: [toSegment(1, 0, 'first-look')], samples, rollups: [], gaps: [], now });
  const trend = trends.find((one) => one.subject === subject);
  if (trend === undefined) throw new Error(`no trend of ${subject}`);
  return trend;
}

const leak = (second: number): number => Math.floor(second / 2);

describe('because', () => {
  it('says of a rise that it is the least, and from when to when: the count grew by more', () => {
    const dice = new Dice(3);
    const { because } = trendOf('total', { orphans: leak, connections: () => Math.round(dice.between(0, 8)) });
    const [, rise] =
      /^it rose by at least (\d+) from the first third of 4 min to the last, and kept rising/.exec(because) ?? [];
    expect(Number(rise)).toBeGreaterThan(SECONDS / 2 / 2);
    expect(Number(rise)).toBeLessThan(leak(SECONDS));
  });

  it('says nothing of the load where that was even', () => {
    expect(trendOf('orphaned', { orphans: leak })).toMatchObject({
      shape: 'slope',
      because: expect.stringContaining('kept rising, evenly; watched for less'),
    });
  });

  it('says nothing of the load where nothing was seen opened', () => {
    const { because } = trendOf('orphaned', { orphans: leak, opened: () => 0 });
    expect(because).toContain('kept rising, evenly; watched for less');
  });

  it('says that it went with the time where the load came and went', () => {
    expect(trendOf('orphaned', { orphans: leak, opened: WAVES })).toMatchObject({
      shape: 'slope',
      because: expect.stringContaining(', with time, not with how much it opened; '),
    });
  });

  it('claims no such thing where looks are too far apart to see the load', () => {
    const { because } = trendOf('total', { orphans: leak, opened: WAVES, lookEvery: 17 });
    expect(because).toContain('it rose by at least');
    expect(because).not.toContain('not with what the process opened');
  });

  it('says of a fall from when to when it was', () => {
    const { because } = trendOf('total', { orphans: (second) => 200 - Math.floor(second / 2) });
    expect(because).toMatch(/^its lowest value fell by \d+ from the first third of 4 min to the last$/);
  });
});
