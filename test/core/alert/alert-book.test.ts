import { expect, it } from 'vitest';
import { AlertBook } from '../../../src/core/alert/alert-book.ts';
import { judgeConditions } from '../../../src/core/alert/conditions.ts';
import type { Condition } from '../../../src/core/model/alert.ts';
import type { AlertFacts } from '../../../src/core/model/alert-facts.ts';
import type { Trend } from '../../../src/core/model/trend.ts';
import type { JudgedPlace } from '../../../src/core/model/turnover.ts';
import { LEAK } from './subject.ts';

const NOTHING: AlertFacts = {
  open: 10,
  soft: 1000,
  trends: [],
  places: [],
  quota: null,
  at: 0,
  orphans: [],
  groups: [],
  sudden: { jump: null, turned: null },
  isGrowthOpen: false,
  isOrphansBegun: false,
};

function toTotal(hours: number | null): Trend {
  const hoursToLimit = hours === null ? null : { low: hours * 0.9, expected: hours, high: hours * 1.1 };
  const growth = hours === null ? 'steady' : 'growing';
  const rates = { perHour: 10, perHourLow: 9, perHourHigh: 11 };
  return { subject: 'total', of: 'total', growth, ...rates, shape: 'slope', hoursToLimit, because: '' };
}

function judge(facts: Partial<AlertFacts>, rule: string): Condition | undefined {
  return judgeConditions({ ...NOTHING, ...facts }).find((condition) => condition.rule === rule);
}

it.each([
  { open: 799, soft: 1000, severity: null, hold: 'warning' },
  { open: 800, soft: 1000, severity: 'warning', hold: 'warning' },
  { open: 749, soft: 1000, severity: null, hold: null },
  { open: 950, soft: 1000, severity: 'critical', hold: 'critical' },
  { open: 900, soft: 1000, severity: 'warning', hold: 'critical' },
  { open: 9937, soft: 10_000, severity: 'critical', hold: 'critical' },
  { open: 962, soft: 1024, severity: 'critical', hold: 'critical' },
  { open: 20, soft: 64, severity: null, hold: null },
  { open: 1200, soft: 1000, severity: 'critical', hold: 'critical' },
  { open: 5, soft: 0, severity: 'critical', hold: 'critical' },
  { open: 1_000_000, soft: 'unlimited', severity: null, hold: null },
  { open: 10, soft: null, severity: null, hold: null },
] as const)(
  'of $open open with a soft limit of $soft near-limit says $severity and holds $hold',
  ({ severity, hold, ...facts }) => {
    expect(judge(facts, 'near-limit')).toMatchObject({ severity, hold });
  },
);

it.each([
  { hours: 25, severity: null, hold: 'warning' },
  { hours: 23, severity: 'warning', hold: 'warning' },
  { hours: 31, severity: null, hold: null },
  { hours: 0.9, severity: 'critical', hold: 'critical' },
  { hours: 1.2, severity: 'warning', hold: 'critical' },
  { hours: null, severity: null, hold: null },
])('with $hours hours to the limit exhaustion-in says $severity and holds $hold', ({ hours, severity, hold }) => {
  expect(judge({ trends: [toTotal(hours)] }, 'exhaustion-in')).toMatchObject({ severity, hold });
});

const LOAD: JudgedPlace = { ...LEAK, judgement: 'may-be-load', because: 'their peers keep them open' };

it('tells a leak once, by its place and its end, and worse when the end is near', () => {
  const facts = { trends: [toTotal(30)], places: [LEAK], soft: 1024 };
  expect(judge(facts, 'growth')).toMatchObject({
    severity: 'warning',
    because:
      'leaks: tcp to 127.0.0.1:36191 (established): 39 of 39 opened are still open, none was ever closed; 936 per hour (800 to 1000); limit 1024 at about 1970-01-02 06:00 UTC (1970-01-02 03:00 UTC to 1970-01-02 09:00 UTC)',
  });
  expect(judge(facts, 'exhaustion-in')).toMatchObject({ severity: null });
  expect(judge({ ...facts, trends: [toTotal(0.9)] }, 'growth')).toMatchObject({
    severity: 'critical',
    hold: 'critical',
  });
});

it('wakes nobody for growth that may be load, unless the limit is an hour away', () => {
  expect(judge({ trends: [toTotal(2)], places: [LOAD] }, 'growth')).toMatchObject({ severity: null });
  expect(judge({ trends: [toTotal(2)], places: [LOAD] }, 'exhaustion-in')).toMatchObject({ severity: null });
  const soon = judge({ trends: [toTotal(0.5)], places: [LOAD] }, 'exhaustion-in');
  expect(soon).toMatchObject({ severity: 'warning' });
  expect(soon?.because).toContain('it may be load; tcp to 127.0.0.1:36191');
});

it('tells growth of what is only counted as what it is', () => {
  expect(judge({ trends: [toTotal(100)] }, 'growth')).toMatchObject({
    severity: 'warning',
    because: 'growing: total by 10 per hour; what it is was not seen',
  });
});

it('tells dead connections that leak as one alert, not two', () => {
  const orphans = [
    { fd: 7, inode: '9', verdict: 'orphaned', since: 0, firstSeen: 0, local: null, lastPeer: null, acceptedOn: null },
  ];
  expect(judge({ orphans }, 'orphans')).toMatchObject({ severity: 'warning' });
  expect(judge({ orphans, places: [{ ...LEAK, what: 'orphaned' }] }, 'orphans')).toMatchObject({ severity: null });
  // They were kept for a while when the leak was judged: growth has yet to hold as long.
  const leaks = [{ ...LEAK, what: 'orphaned' as const }];
  expect(judge({ orphans, places: leaks, isOrphansBegun: true }, 'orphans')).toMatchObject({ severity: 'warning' });
  expect(judge({ orphans, places: leaks, isOrphansBegun: true, isGrowthOpen: true }, 'orphans')).toMatchObject({
    severity: null,
  });
  // That the place grows is not seen at every look: the alert of it goes on to stand for them.
  expect(judge({ orphans }, 'growth')).toMatchObject({ severity: null, hold: 'warning' });
  expect(judge({ orphans, isGrowthOpen: true }, 'orphans')).toMatchObject({ severity: null });
  expect(judge({ orphans, isGrowthOpen: true, places: [LEAK] }, 'orphans')).toMatchObject({ severity: 'warning' });
});

it('says that no descriptor is left', () => {
  expect(judge({ open: 64, soft: 64, places: [LEAK] }, 'near-limit')?.because).toBe(
    '64 of 64 descriptors are open (100.0 %), AT THE LIMIT: none is left, the next open fails; most are tcp to 127.0.0.1:36191 (39)',
  );
});

it('shows a standing alert by what is so now', () => {
  const book = new AlertBook({ forMs: 0, renotifyMs: 0 });
  book.judge(0, [MET]);
  book.judge(1000, [{ ...MET, because: 'met by more' }]);
  expect(book.open).toMatchObject([{ because: 'met by more' }]);
});

const MET: Condition = { rule: 'near-limit', severity: 'warning', hold: 'warning', because: 'met' };
const HELD: Condition = { ...MET, severity: null, because: 'held' };
const WORSE: Condition = { ...MET, severity: 'critical', hold: 'critical', because: 'worse' };
const GONE: Condition = { ...MET, severity: null, hold: null, because: 'gone' };

/** What is told at second 0, 1, 2, … */
function play(conditions: readonly Condition[], { forMs = 2000, renotifyMs = 0 } = {}): (string | null)[] {
  const book = new AlertBook({ forMs, renotifyMs });
  return conditions.map((condition, second) => {
    const [notice] = book.judge(second * 1000, [condition]).notices;
    return notice === undefined ? null : `${notice.is} ${notice.severity}`;
  });
}

it.each([
  {
    title: 'opens once it has held for long enough',
    course: [MET, MET, MET, MET],
    told: [null, null, 'opened warning', null],
  },
  {
    title: 'says nothing of what passes',
    course: [MET, MET, GONE, MET, MET, GONE],
    told: [null, null, null, null, null, null],
  },
  {
    title: 'resolves once it has been gone for long enough',
    course: [MET, MET, MET, GONE, GONE, GONE, GONE],
    told: [null, null, 'opened warning', null, null, 'resolved warning', null],
  },
  {
    title: 'stays open while the value is only a little better',
    course: [MET, MET, MET, HELD, HELD, HELD, GONE, HELD, GONE, GONE],
    told: [null, null, 'opened warning', null, null, null, null, null, null, null],
  },
  {
    title: 'tells that it got worse, once',
    course: [MET, MET, MET, WORSE, WORSE, MET, WORSE],
    told: [null, null, 'opened warning', 'worse critical', null, null, null],
  },
])('an alert $title', ({ course, told }) => {
  expect(play(course)).toEqual(told);
});

it('tells an alert that stands again after a while', () => {
  expect(play([MET, MET, MET, MET, MET], { forMs: 0, renotifyMs: 2000 })).toEqual([
    'opened warning',
    null,
    'again warning',
    null,
    'again warning',
  ]);
});

it('takes a milder severity once it has been so for long enough, stores it, and tells when it is worse again', () => {
  const book = new AlertBook({ forMs: 2000, renotifyMs: 0 });
  const severities = [WORSE, WORSE, WORSE, MET, MET, MET, WORSE].map((condition, second) => {
    const { records, notices } = book.judge(second * 1000, [condition]);
    return [book.open[0]?.severity, records[0]?.severity, notices[0]?.is];
  });
  expect(severities.slice(2)).toEqual([
    ['critical', 'critical', 'opened'],
    ['critical', undefined, undefined],
    ['critical', undefined, undefined],
    ['warning', 'warning', undefined],
    ['critical', 'critical', 'worse'],
  ]);
});

it('does not call an alert critical that is told again and is only close to critical', () => {
  const close: Condition = { ...MET, hold: 'critical' };
  expect(play([MET, close, close], { forMs: 0, renotifyMs: 1000 })).toEqual([
    'opened warning',
    'again warning',
    'again warning',
  ]);
});

it('keeps one id from the opening to the end, also over a restart of the watch', () => {
  const first = new AlertBook({ forMs: 0, renotifyMs: 0 });
  const opened = first.judge(1000, [MET]);
  const second = new AlertBook({ forMs: 0, renotifyMs: 0 });
  second.resume(opened.records);
  expect(second.judge(2000, [MET]).notices).toEqual([]);
  const resolved = second.judge(3000, [GONE]);

  expect(resolved.notices[0]).toMatchObject({ is: 'resolved', id: opened.notices[0]?.id, openedAt: 1000 });
  expect(resolved.records[0]).toMatchObject({ resolvedAt: 3000, because: 'gone' });
  expect(second.judge(4000, [MET]).notices[0]?.id).not.toBe(opened.notices[0]?.id);
});

it('says of an alert that clears what is so now, before it is resolved', () => {
  const book = new AlertBook({ forMs: 2000, renotifyMs: 0 });
  book.resume([{ ...new AlertBook({ forMs: 0, renotifyMs: 0 }).judge(0, [MET]).records[0]! }]);
  book.judge(1000, [GONE]);
  expect(book.open.map(({ because }) => because)).toEqual(['gone']);
  expect(book.judge(3000, [GONE]).notices).toMatchObject([{ is: 'resolved', because: 'gone' }]);
});
