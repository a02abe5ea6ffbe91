import { expect, it } from 'vitest';
import { concludeWatch, type WatchFacts } from '../../../src/core/history/conclude-watch.ts';
import type { GrowthWord, Trend } from '../../../src/core/model/trend.ts';
import { LEAK } from '../alert/subject.ts';

const trend = (growth: GrowthWord): Trend => ({
  subject: 'total',
  of: 'total',
  growth,
  perHour: null,
  perHourLow: null,
  perHourHigh: null,
  shape: 'none',
  hoursToLimit: null,
  because: '',
});

const SEEN: WatchFacts = {
  atLimit: null,
  leak: false,
  samples: 9,
  isSeen: true,
  youngOrphans: 0,
  places: [],
  trends: [trend('steady')],
};

it.each([
  { facts: {}, is: 'no-leak' },
  { facts: { trends: [] }, is: 'no-leak' },
  { facts: { trends: [trend('too-short')] }, is: 'no-leak' },
  { facts: { trends: [trend('too-short')], places: [{ ...LEAK, atStart: 10, open: 13 }] }, is: 'no-leak' },
  { facts: { trends: [trend('too-short')], places: [{ ...LEAK, atStart: 10, open: 14 }] }, is: 'cannot-tell' },
  { facts: { trends: [trend('steady')], places: [{ ...LEAK, atStart: 10, open: 14 }] }, is: 'no-leak' },
  { facts: { trends: [trend('steady'), trend('growing')] }, is: 'growing' },
  { facts: { youngOrphans: 1 }, is: 'cannot-tell' },
  { facts: { isSeen: false }, is: 'cannot-tell' },
  { facts: { isSeen: false, trends: [trend('growing')] }, is: 'cannot-tell' },
  { facts: { samples: 0 }, is: 'not-seen' },
  { facts: { samples: 0, isSeen: false, youngOrphans: 2 }, is: 'not-seen' },
  { facts: { leak: true, isSeen: false }, is: 'leak' },
  { facts: { leak: true, samples: 0 }, is: 'leak' },
] as const)('concludes $is from $facts', ({ facts, is }) => {
  expect(concludeWatch({ ...SEEN, ...facts })).toBe(is);
});
