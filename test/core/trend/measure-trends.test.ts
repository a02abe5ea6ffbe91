import { describe, expect, it } from 'vitest';
import type { Sample } from '../../../src/core/model/sample.ts';
import type { Rollup, Spread } from '../../../src/core/model/rollup.ts';
import type { TrendInput } from '../../../src/core/model/trend.ts';
import { measureTrends } from '../../../src/core/trend/measure-trends.ts';
import { Dice, toSample, toSegment } from './simulator.ts';

const START = Date.UTC(2026, 10, 22);
const SECOND = 1000;
const HOUR = 3_600_000;

interface Watched {
  readonly seconds: number;
  readonly everySeconds: number;
  readonly connections?: (second: number) => number;
  readonly files?: (second: number) => number;
  readonly orphans?: (second: number) => number;
  readonly soft?: number;
}

const flat = (value: number) => () => value;

function watch({
  seconds,
  everySeconds,
  connections = flat(8),
  files = flat(20),
  orphans = flat(0),
  soft = 1024,
}: Watched): TrendInput {
  const samples: Sample[] = [];
  for (let second = 0; second <= seconds; second += everySeconds) {
    const seen = {
      connections: connections(second),
      files: files(second),
      leaked: orphans(second),
      into: 'orphaned',
      opened: 4,
    } as const;
    samples.push(toSample(START + second * SECOND, 1, seen, soft));
  }
  const now = { open: samples.at(-1)?.open ?? 0, soft };
  return { segments: [toSegment(1, START, 'first-look')], samples, rollups: [], gaps: [], now };
}

/** One more every 1.2 s, twelve in all; every 8 s twelve that come within 2.2 s and are gone 4.1 s after the first. Both ends of each. */
function countPoolAndBursts(second: number): number {
  const warm = Math.min(12, Math.max(0, Math.floor(second / 1.2)));
  const since = second < 8 ? Number.POSITIVE_INFINITY : second % 8;
  const burst = Array.from({ length: 12 }, (_, at) => since >= at * 0.2 && since < 3 + at * 0.1).filter(Boolean);
  return 2 * (warm + burst.length);
}

function trendOf(input: TrendInput, subject: string) {
  const trend = measureTrends(input).find((one) => one.subject === subject);
  if (trend === undefined) throw new Error(`no trend of ${subject}`);
  return trend;
}

it('does not take the renaming of a place for a rise', () => {
  const input = watch({ seconds: 100, everySeconds: 1, connections: (second) => 1 + Math.floor(second / 5) });
  let before = 1;
  const samples = input.samples.map((sample) => {
    const count = 1 + Math.floor((sample.at - START) / (5 * SECOND));
    const opened = count - before;
    before = count;
    // At the third connection it is seen that all go to one port.
    const place = count < 3 ? 'tcp to 127.0.0.1:*' : 'tcp to 127.0.0.1:5432';
    const full = sample.full === null ? null : { ...sample.full, byPlace: { [place]: count }, opened };
    return { ...sample, full };
  });
  const trend = measureTrends({ ...input, samples }).find(({ subject }) => subject === 'tcp to 127.0.0.1:5432');
  expect(Math.abs((trend?.perHour ?? 0) / 720 - 1)).toBeLessThan(0.05);
});

it('finds the small place that rises among more places than it has memory for', () => {
  const input = watch({ seconds: 50_000, everySeconds: 1 });
  const pools = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`pool ${at}`, 50]));
  const samples = input.samples.map((sample) => {
    const leak = Math.floor((sample.at - START) / (2500 * SECOND));
    const full = sample.full === null ? null : { ...sample.full, byPlace: { ...pools, leak } };
    return { ...sample, full };
  });
  const trends = measureTrends({ ...input, samples });
  expect(trends.find(({ subject }) => subject === 'leak')?.growth).toBe('growing');
  expect(trends.filter(({ of }) => of === 'place').length).toBeLessThan(100);
});

it('measures a place from its first descriptor: one a second from the 40th second on is 3600 per hour', () => {
  const input = watch({ seconds: 100, everySeconds: 1 });
  const samples = input.samples.map((sample) => {
    const leaked = Math.max(0, (sample.at - START) / SECOND - 40);
    const full = sample.full === null ? null : { ...sample.full, byPlace: { leak: leaked, pool: 8 } };
    return { ...sample, full };
  });
  const trend = trendOf({ ...input, samples }, 'leak');
  expect(trend.growth).toBe('growing');
  expect(Math.abs((trend.perHour ?? 0) - 3600)).toBeLessThan(360);
  expect(trend.perHourLow).toBeLessThan(3600);
  expect(trend.perHourHigh).toBeGreaterThan(3600);
});

describe('measureTrends over minutes', () => {
  it.each([
    { every: 2, seconds: 120, tick: 1 },
    { every: 3, seconds: 180, tick: 2 },
    { every: 5, seconds: 120, tick: 2 },
    { every: 5, seconds: 300, tick: 1 },
  ])('finds one leak every $every s within $seconds s, and its rate within 10 %', ({ every, seconds, tick }) => {
    const dice = new Dice(every * seconds);
    const input = watch({
      seconds,
      everySeconds: tick,
      orphans: (second) => Math.floor(second / every),
      connections: () => Math.round(dice.between(0, 8)),
    });
    for (const subject of ['orphaned', 'total']) {
      const { growth, perHour, hoursToLimit } = trendOf(input, subject);
      expect({ subject, growth }).toEqual({ subject, growth: 'growing' });
      expect(Math.abs((perHour ?? 0) / (3600 / every) - 1)).toBeLessThan(0.1);
      const expected = ((1024 - input.now.open) * every) / 3600;
      expect(Math.abs((hoursToLimit?.expected ?? 0) / expected - 1)).toBeLessThan(0.15);
    }
    expect(trendOf(input, 'orphaned').shape).toBe('slope');
  });

  it.each([
    { what: 'a saw-tooth', files: (second: number) => 20 + (second % 37) },
    { what: 'a warm-up of half a minute', files: (second: number) => 20 + Math.min(40, Math.round(second * 1.3)) },
    { what: 'a warm-up that slows down', files: (second: number) => Math.round(60 - 40 * Math.exp(-second / 12)) },
    { what: 'one step', files: (second: number) => (second < 90 ? 20 : 60) },
  ])('does not call $what growing', ({ files }) => {
    const dice = new Dice(5);
    const input = watch({ seconds: 180, everySeconds: 1, files, connections: () => Math.round(dice.between(0, 8)) });
    expect(measureTrends(input).filter(({ growth }) => growth === 'growing')).toEqual([]);
  });

  it.each([50, 60, 70])(
    'does not call a pool that is full and bursts that come and go growing after %i s',
    (seconds) => {
      const growing = Array.from({ length: 200 }, (_, seed) => {
        const dice = new Dice(seed);
        const begin = dice.between(-1, 6);
        const input = watch({ seconds, everySeconds: 1, connections: (second) => countPoolAndBursts(second + begin) });
        return measureTrends(input).filter(({ growth }) => growth === 'growing').length;
      }).filter((found) => found > 0);
      expect(growing.length).toBeLessThanOrEqual(4);
    },
  );

  it('says of a warm-up that it has ended', () => {
    const files = (second: number) => Math.round(60 - 40 * Math.exp(-second / 12));
    expect(trendOf(watch({ seconds: 180, everySeconds: 1, files }), 'total')).toMatchObject({
      growth: 'plateaued',
      shape: 'none',
    });
  });

  it('says of a leak that ended half-way that it stopped', () => {
    const orphans = (second: number) => Math.min(60, Math.floor(second / 1.5));
    expect(trendOf(watch({ seconds: 180, everySeconds: 1, orphans }), 'orphaned').growth).toBe('plateaued');
  });

  it('says of what goes away that it shrinks', () => {
    const files = (second: number) => 200 - Math.floor(second / 2);
    expect(trendOf(watch({ seconds: 180, everySeconds: 1, files }), 'file').growth).toBe('shrinking');
  });

  it('cannot tell from a few samples', () => {
    const input = watch({ seconds: 16, everySeconds: 1, orphans: (second) => second });
    expect(trendOf(input, 'orphaned')).toMatchObject({ growth: 'too-short', perHour: null, hoursToLimit: null });
  });

  it('has the total alone to name without a sample, and nothing to say of it', () => {
    const trends = measureTrends({ segments: [], samples: [], rollups: [], gaps: [], now: { open: 0, soft: 1024 } });
    expect(trends).toMatchObject([{ subject: 'total', growth: 'too-short', because: 'nothing was seen' }]);
  });
});

describe('measureTrends over days', () => {
  const DAY = 86_400;
  const days = (height: number) => (second: number) =>
    Math.round((height * (1 - Math.cos((second / DAY) * 2 * Math.PI))) / 2);

  it('finds a leak that makes less in two weeks than half of what every day brings and takes', () => {
    const leaked = (second: number) => Math.floor((200 * second) / (14 * DAY));
    const input = watch({
      seconds: 14 * DAY,
      everySeconds: 600,
      connections: (second) => days(400)(second) + leaked(second),
    });
    const { growth, perHour } = trendOf(input, 'established');
    expect(growth).toBe('growing');
    expect(Math.abs((perHour ?? 0) / (200 / (14 * 24)) - 1)).toBeLessThan(0.2);
  });

  it.each([1, 2, 3, 5, 8, 13, 21, 34])(
    'does not call days of growing height growing, nor one or two steps (%i)',
    (seed) => {
      const dice = new Dice(seed);
      const [first, second] = [dice.between(0.1, 0.9), dice.between(0.1, 0.9)];
      const stepped = (steps: readonly number[]) => (at: number) =>
        Math.round(100 + dice.between(0, 6) + 60 * steps.filter((step) => at > step * 7 * DAY).length);
      for (const files of [
        (at: number) => days(200 * (1 + 0.2 * Math.floor(at / DAY)))(at),
        stepped([first]),
        stepped([first, second]),
      ]) {
        expect(trendOf(watch({ seconds: 7 * DAY, everySeconds: 600, files }), 'file').growth).not.toBe('growing');
      }
    },
  );
});

describe('measureTrends and the limit', () => {
  const leak = { seconds: 36_000, everySeconds: 60, orphans: (second: number) => Math.floor(second / 600) } as const;

  it('reckons from the count and the limit of this moment, as an interval', () => {
    const input = watch(leak);
    const { hoursToLimit } = trendOf({ ...input, now: { open: 1000, soft: 1060 } }, 'orphaned');
    expect(hoursToLimit?.expected).toBeCloseTo(10, 0);
    expect(hoursToLimit?.low).toBeLessThanOrEqual(hoursToLimit?.expected ?? 0);
    expect(hoursToLimit?.high ?? Infinity).toBeGreaterThanOrEqual(hoursToLimit?.expected ?? 0);
  });

  it('has no time to a limit that is none or not known', () => {
    const input = watch(leak);
    expect(trendOf({ ...input, now: { open: 100, soft: 'unlimited' } }, 'orphaned').hoursToLimit).toBeNull();
    expect(trendOf({ ...input, now: { open: 100, soft: null } }, 'orphaned').hoursToLimit).toBeNull();
  });

  it('gives a process at its limit no time at all', () => {
    const input = watch(leak);
    expect(trendOf({ ...input, now: { open: 1024, soft: 1024 } }, 'orphaned').hoursToLimit).toMatchObject({
      low: 0,
      expected: 0,
    });
  });
});

describe('measureTrends and breaks', () => {
  it('does not make a slope of a restart', () => {
    const input = watch({ seconds: 36_000, everySeconds: 60, files: (second) => (second < 18_000 ? 20 : 320) });
    const samples = input.samples.map((sample) =>
      sample.at < START + 18_000 * SECOND ? sample : { ...sample, segment: 2 },
    );
    const segments = [...input.segments, toSegment(2, START + 18_000 * SECOND, 'restart')];
    expect(trendOf({ ...input, samples, segments }, 'total').growth).toBe('steady');
  });

  it.each(['exec', 'pid-reused', 'boot', 'limit-changed'] as const)(
    'does not make a slope of steps at %s',
    (because) => {
      const input = watch({
        seconds: 36_000,
        everySeconds: 60,
        files: (second) => 20 + 30 * Math.floor(second / 6000),
      });
      const segmentAt = (at: number) => Math.floor((at - START) / (6000 * SECOND)) + 1;
      const samples = input.samples.map((sample) => ({ ...sample, segment: segmentAt(sample.at) }));
      const segments = [1, 2, 3, 4, 5, 6, 7].map((id) => toSegment(id, START + (id - 1) * 6000 * SECOND, because));
      expect(trendOf({ ...input, samples, segments }, 'total').growth).not.toBe('growing');
    },
  );

  it('does not make a slope of what happened in gaps', () => {
    const input = watch({ seconds: 36_000, everySeconds: 60, files: (second) => 20 + 30 * Math.floor(second / 6000) });
    const gaps = [1, 2, 3, 4, 5, 6].map((n) => ({
      from: START + (n * 6000 - 60) * SECOND,
      until: START + n * 6000 * SECOND,
    }));
    expect(trendOf({ ...input, gaps }, 'total').growth).toBe('steady');
    expect(trendOf({ ...input, gaps: [] }, 'total').growth).toBe('growing');
  });

  it('finds a leak through gaps', () => {
    const input = watch({ seconds: 36_000, everySeconds: 60, orphans: (second) => Math.floor(second / 300) });
    const gaps = [1, 2, 3].map((n) => ({ from: START + n * 9000 * SECOND, until: START + (n * 9000 + 900) * SECOND }));
    const samples = input.samples.filter(({ at }) => !gaps.some(({ from, until }) => at > from && at < until));
    const { growth, perHour } = trendOf({ ...input, samples, gaps }, 'orphaned');
    expect(growth).toBe('growing');
    expect(perHour).toBeGreaterThan(11);
    expect(perHour).toBeLessThan(13);
  });

  it('tells the rate of the seconds that were watched, of a watch that was begun again', () => {
    // As a watch at 5 s and, half a minute later, one at 1 s saw a program that opens four files a second.
    const seen: readonly (readonly [ms: number, open: number])[] = [
      ...([0, 5009, 10_002, 15_009] as const).map((ms, at) => [ms, 83 + 20 * at] as const),
      ...Array.from({ length: 25 }, (_, at) => [50_156 + 1000 * at, 283 + 4 * at] as const),
    ];
    const samples = seen.map(([ms, open]) =>
      toSample(START + ms, 1, { connections: 0, files: open, leaked: 0, into: 'orphaned', opened: open }, 20_000),
    );
    const gaps = [{ from: START + 15_009, until: START + 50_156 }];
    const segments = [toSegment(1, START, 'first-look')];
    const { perHour } = trendOf({ segments, samples, rollups: [], gaps, now: { open: 379, soft: 20_000 } }, 'total');
    expect(perHour).toBeGreaterThan(13_000);
    expect(perHour).toBeLessThan(16_000);
  });

  it('finds a leak that began in the last of ten days', () => {
    const began = 9.5 * 24 * 3600;
    const input = watch({
      seconds: 10 * 24 * 3600,
      everySeconds: 600,
      orphans: (second) => Math.max(0, Math.floor((second - began) / 600)),
    });
    const { growth, perHour, because } = trendOf(input, 'orphaned');
    expect(growth).toBe('growing');
    expect(perHour).toBeGreaterThan(5);
    expect(because).toContain('it had never been so high before');
  });

  it('finds a leak in process after process that dies of it', () => {
    const lives = [1, 2, 3, 4];
    const life = watch({ seconds: 3 * 3600, everySeconds: 60, orphans: (second) => Math.floor(second / 60) }).samples;
    const samples = lives.flatMap((segment) =>
      life.map((sample) => Object.assign({}, sample, { segment, at: sample.at + (segment - 1) * 4 * HOUR })),
    );
    const segments = lives.map((life) =>
      toSegment(life, START + (life - 1) * 4 * HOUR, life === 1 ? 'first-look' : 'restart'),
    );
    const input = { segments, samples, rollups: [], gaps: [], now: { open: 200, soft: 1024 } };
    expect(trendOf(input, 'orphaned').growth).toBe('growing');
  });
});

describe('measureTrends of roll-ups', () => {
  const spread = (min: number): Spread => ({ min, median: min + 3, max: min + 9 });

  it('takes their lowest values for the time before the first sample', () => {
    const rollups = Array.from({ length: 20 * 144 }, (_, i): Rollup => {
      const orphans = Math.floor(i / 6);
      return {
        at: START + i * 600_000,
        segment: 1,
        samples: 60,
        open: spread(60 + orphans),
        soft: 65_536,
        hard: 65_536,
        fullLooks: 60,
        byVerdict: { orphaned: spread(orphans) },
        byPlace: null,
        moved: {},
        byKind: { socket: spread(60 + orphans) },
        opened: 100,
        closed: 100,
      };
    });
    const input = {
      segments: [toSegment(1, START, 'first-look')],
      samples: [],
      rollups,
      gaps: [],
      now: { open: 540, soft: 65_536 },
    };
    for (const subject of ['total', 'socket', 'orphaned']) {
      expect(trendOf(input, subject)).toMatchObject({ growth: 'growing', shape: 'slope' });
      expect(trendOf(input, subject).perHour).toBeCloseTo(1, 1);
    }
  });
});
