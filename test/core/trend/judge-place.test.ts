import { expect, it } from 'vitest';
import type { Trend } from '../../../src/core/model/trend.ts';
import type { PlaceJudgement, Turnover } from '../../../src/core/model/turnover.ts';
import { judgePlace, type PlaceContext } from '../../../src/core/trend/judge-place.ts';
import { TAKES } from '../turnover.ts';

const HOUR = 3_600_000;

const GROWS: Trend = {
  subject: TAKES.place,
  of: 'place',
  growth: 'growing',
  perHour: 900,
  perHourLow: 800,
  perHourHigh: 1000,
  shape: 'slope',
  hoursToLimit: null,
  because: '',
};

interface Row {
  readonly why: string;
  readonly turnover?: Partial<Turnover>;
  readonly growth?: Trend['growth'];
  readonly shape?: Trend['shape'];
  readonly perHour?: number;
  readonly context?: Partial<PlaceContext>;
  readonly is: PlaceJudgement;
}

/** The rows of the truth table in docs/trend.md. */
const ROWS: readonly Row[] = [
  { why: 'it came, it stayed, it goes on coming', is: 'leak' },
  { why: 'it stopped where no descriptor was left', growth: 'plateaued', context: { isAtLimit: true }, is: 'leak' },
  { why: 'it does not grow', growth: 'steady', is: 'steady' },
  { why: 'it stopped', growth: 'plateaued', is: 'steady' },
  { why: 'nobody can say yet', growth: 'too-short', is: 'too-short' },
  { why: 'each file is open once', turnover: { drivenBy: 'content' }, is: 'may-be-load' },
  { why: 'each leads to another address', turnover: { drivenBy: 'fan-out' }, is: 'may-be-load' },
  {
    why: 'each file is open once, for a month',
    turnover: { drivenBy: 'content' },
    context: { watchedMs: 720 * HOUR },
    is: 'may-be-load',
  },
  { why: 'it closes, and what is left is young', turnover: { opened: 91, closed: 33, outlived: 0 }, is: 'may-be-load' },
  { why: 'seven outlived the others', turnover: { opened: 91, closed: 52, outlived: 7 }, is: 'may-be-load' },
  {
    why: 'those that stay are not half of the rise',
    turnover: { opened: 91, closed: 33, outlived: 15 },
    is: 'may-be-load',
  },
  {
    why: 'CLOSE_WAIT that turns over',
    turnover: { what: 'peer-closed', opened: 91, closed: 33, outlived: 0 },
    is: 'may-be-load',
  },
  { why: 'CLOSE_WAIT that stays', turnover: { what: 'peer-closed', centre: 0.3 }, is: 'leak' },
  { why: 'a minute is not over', context: { watchedMs: 57_999 }, is: 'may-be-load' },
  { why: 'peers keep them', turnover: { drivenBy: 'peers' }, is: 'may-be-load' },
  {
    why: 'peers keep them for two days',
    turnover: { drivenBy: 'peers' },
    context: { watchedMs: 48 * HOUR },
    is: 'leak',
  },
  { why: 'one for each client', context: { peers: 39 }, is: 'may-be-load' },
  { why: 'ten for each client', context: { peers: 4 }, is: 'leak' },
  { why: 'a pool fills', turnover: { centre: 0.34 }, is: 'may-be-load' },
  { why: 'a few more came early than late', turnover: { centre: 0.45 }, is: 'leak' },
  { why: 'so few came that a pool is likelier', turnover: { centre: 0.45, goes: 9 }, is: 'may-be-load' },
  { why: 'as early came so many that a leak is likelier', turnover: { centre: 0.425, goes: 100 }, is: 'leak' },
  { why: 'ever more come', turnover: { centre: 0.7 }, is: 'leak' },
  {
    why: 'half of what is open is the tooth that stands now',
    turnover: { opened: 190, closed: 150, open: 40, survivors: 40, outlived: 14 },
    perHour: 400,
    is: 'leak',
  },
  { why: 'few bursts are uneven by themselves', turnover: { centre: 0.34, goes: 6 }, shape: 'steps', is: 'leak' },
  { why: 'a pool fills, several at a look', turnover: { centre: 0.3, goes: 20 }, shape: 'steps', is: 'may-be-load' },
  {
    why: 'it slowed down, and went on for two days',
    turnover: { centre: 0.3 },
    context: { watchedMs: 48 * HOUR },
    is: 'leak',
  },
];

it.each(ROWS)(
  'judges a place as $is: $why',
  ({ turnover, growth = 'growing', shape = 'slope', perHour = 900, context, is }) => {
    const judged = judgePlace(
      { ...TAKES, ...turnover },
      { ...GROWS, growth, shape, perHour },
      { watchedMs: 180_000, isAtLimit: false, peers: 0, ...context },
    );
    expect(judged.judgement).toBe(is);
  },
);

it('takes a place without a trend for steady, and knows no rate of it', () => {
  expect(judgePlace(TAKES, null, { watchedMs: HOUR, isAtLimit: false, peers: 0 })).toMatchObject({
    judgement: 'steady',
    perHour: null,
  });
});

it('says what came, what stayed and what was closed', () => {
  const context = { watchedMs: HOUR, isAtLimit: false, peers: 0 };
  expect(judgePlace(TAKES, GROWS, context).because).toBe('39 of 39 opened are still open, none was ever closed');
  const busy = { ...TAKES, opened: 91, closed: 33, outlived: 0, closedAfterMs: { median: 50_000, most: 52_000 } };
  expect(judgePlace(busy, GROWS, context).because).toBe(
    '91 opened, 33 closed, usually after 50 s; what came later is still young: load looks the same',
  );
});
