import { expect, it } from 'vitest';
import type { Trend } from '../../../src/core/model/trend.ts';
import type { Turnover } from '../../../src/core/model/turnover.ts';
import { judgePlaces } from '../../../src/core/trend/judge-places.ts';

const CONTEXT = { watchedMs: 108_000, isAtLimit: false };

function toTurnover(place: string, opened: number, change: Partial<Turnover> = {}): Turnover {
  return {
    place,
    members: [],
    what: 'peer-closed',
    open: 420 + opened,
    atStart: 420,
    opened,
    closed: 0,
    survivors: opened,
    outlived: opened,
    early: Math.floor(opened / 3),
    late: Math.floor(opened / 3),
    centre: 0.5,
    goes: 20,
    oldestSince: 0,
    youngestSince: 100_000,
    closedAfterMs: null,
    drivenBy: 'program',
    ...change,
  };
}

function toTrend(subject: string, growth: Trend['growth'], perHour: number | null = null): Trend {
  const rates = {
    perHour,
    perHourLow: perHour === null ? null : perHour * 0.9,
    perHourHigh: perHour === null ? null : perHour * 1.1,
  };
  const of = subject === 'total' ? 'total' : 'place';
  return { subject, of, growth, ...rates, shape: 'slope', hoursToLimit: null, because: '' };
}

/** What was said of each place whose own trend is not known yet, while the total is known to grow by 14,400 an hour. */
function judgeFew(turnovers: readonly Turnover[]) {
  const own = turnovers.map(({ place }) => toTrend(place, 'too-short'));
  const judged = judgePlaces(turnovers, [toTrend('total', 'growing', 14_400), ...own], CONTEXT);
  return judged.map(({ place, judgement, perHour, perHourLow, perHourHigh }) => {
    return `${place} ${judgement} ${[perHour, perHourLow, perHourHigh].map((rate) => rate && Math.round(rate)).join(' ')}`;
  });
}

it('gives each place its part of the growth of all, where looks were too few to see it grow itself', () => {
  const turnovers = [toTurnover('pipe', 200), toTurnover('accepted', 100), toTurnover('to', 100)];
  expect(judgeFew(turnovers)).toEqual([
    'pipe leak 7200 6480 7920',
    'accepted leak 3600 3240 3960',
    'to leak 3600 3240 3960',
  ]);
});

it.each([
  { why: 'makes little of it', turnover: toTurnover('small', 20) },
  { why: 'closes some', turnover: toTurnover('busy', 100, { closed: 20 }) },
  { why: 'brought all at once', turnover: toTurnover('burst', 100, { late: 0 }) },
])('says nothing yet of a place that $why', ({ turnover }) => {
  const [, said] = judgeFew([toTurnover('pipe', 400), turnover]);
  expect(said).toBe(`${turnover.place} too-short   `);
});
