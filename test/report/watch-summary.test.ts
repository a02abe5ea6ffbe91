import { describe, expect, it } from 'vitest';
import type { Trend } from '../../src/core/model/trend.ts';
import type { Conclusion, WatchState } from '../../src/core/model/watch.ts';
import { PLAIN } from '../../src/report/text/style.ts';
import { renderStateLine } from '../../src/report/watch/line.ts';
import { renderTickJson } from '../../src/report/watch/ndjson.ts';
import { renderScreen } from '../../src/report/watch/screen.ts';
import { renderWatchSummary } from '../../src/report/watch/summary.ts';
import { TroubleTeller } from '../../src/report/watch/trouble.ts';
import { LEAK } from '../core/alert/subject.ts';
import { FIRST_VIEW } from '../../src/report/watch/screen-views.ts';
import { aWatchState } from '../watch-state-builder.ts';

const FULL = {
  byVerdict: { orphaned: 40, listening: 9 },
  byKind: { socket: 49 },
  byPlace: null,
  moved: {},
  opened: 1,
  closed: 0,
};
const LOOKED = { at: 60_000, segment: 1, open: 49, soft: 1024, hard: 4096, full: FULL };
const COUNTED = { ...LOOKED, at: 90_000, open: 53, full: null };
const BLIND = { because: '/proc/42/fd may not be read by this user', remedy: 'watch as root' };

function trend(subject: string, growth: Trend['growth'], because: string): Trend {
  const rates = growth === 'growing' ? { perHour: 10, perHourLow: 8, perHourHigh: 12 } : NO_RATES;
  return {
    subject,
    of: subject === 'total' ? 'total' : 'verdict',
    growth,
    ...rates,
    shape: 'none',
    hoursToLimit: null,
    because,
  };
}

const NO_RATES = { perHour: null, perHourLow: null, perHourHigh: null };
const STATE = aWatchState({
  recent: [LOOKED],
  sample: LOOKED,
  byVerdict: FULL.byVerdict,
  firstByVerdict: FULL.byVerdict,
  trends: [trend('total', 'steady', 'it did not rise')],
  history: { path: null, sizeBytes: null, waiting: 0, dropped: 0, trouble: null },
});
const UNSEEN: WatchState = {
  ...STATE,
  sample: COUNTED,
  recent: [COUNTED],
  byVerdict: {},
  firstByVerdict: {},
  blind: BLIND,
};

function summarise(state: Partial<WatchState>, conclusion: Conclusion, columns = Number.POSITIVE_INFINITY): string[] {
  return renderWatchSummary({ ...STATE, ...state }, conclusion, { paint: PLAIN, columns })
    .trimEnd()
    .split('\n');
}

describe('a line of the state', () => {
  it('shows the verdicts of this tick beside the count of this tick', () => {
    expect(renderStateLine(STATE, PLAIN)).toBe(
      '1970-01-01 00:01:00Z  49 of 1024 (4.7 %)  40 orphaned, 9 listening; steady\n',
    );
  });

  it('says of when the verdicts are where this tick only counted', () => {
    const line = renderStateLine({ ...STATE, at: 90_000, sample: COUNTED, recent: [LOOKED, COUNTED] }, PLAIN);
    expect(line).toContain('53 of 1024 (5.1 %)  at the last full look, 30 s ago: 40 orphaned, 9 listening; steady');
    const screen = renderScreen(
      { ...STATE, at: 90_000, sample: COUNTED, recent: [LOOKED, COUNTED] },
      { paint: PLAIN, view: FIRST_VIEW, columns: 100, rows: 40 },
    );
    expect(screen).toContain('at the last full look, 30 s ago');
    expect(renderScreen(STATE, { paint: PLAIN, view: FIRST_VIEW, columns: 100, rows: 40 }).join()).not.toContain(
      'at the last',
    );
  });

  it('says that it only counts where descriptors cannot be seen, and the screen why and what to do', () => {
    expect(renderStateLine(UNSEEN, PLAIN)).toContain('(5.1 %)  only counted, not seen; steady\n');
    const screen = renderScreen(UNSEEN, { paint: PLAIN, view: FIRST_VIEW, columns: 100, rows: 40 });
    expect(screen).toContain(`CANNOT TELL  cannot see descriptors: ${BLIND.because}`);
    expect(screen).toContain('  Next: watch as root');
  });

  it('says that nothing is open where a look found nothing', () => {
    const full = { ...FULL, byVerdict: {}, byKind: {} };
    const none = { ...STATE, byVerdict: {}, sample: { ...LOOKED, open: 0, full } };
    expect(renderStateLine(none, PLAIN)).toContain('0 of 1024 (0.0 %)  nothing is open; steady\n');
  });

  it('has a tick whose orphans nobody looked for say null of them, not 0', () => {
    expect(JSON.parse(renderTickJson(UNSEEN))).toMatchObject({ open: 53, byVerdict: null, oldOrphans: null });
    expect(JSON.parse(renderTickJson(STATE))).toMatchObject({ byVerdict: FULL.byVerdict, oldOrphans: 0 });
  });
});

describe('the summary of a watch', () => {
  it.each([
    {
      conclusion: 'leak',
      state: { oldOrphans: 40 },
      says: ': 49 of 1024 (4.7 %) open. 40 dead connections kept for too long. Watched',
    },
    { conclusion: 'growing', state: {}, says: '. What grows may be load. Watched' },
    {
      conclusion: 'cannot-tell',
      state: UNSEEN,
      says: ' Cannot see descriptors: /proc/42/fd may not be read by this user. Next: watch as root. Watched',
    },
    { conclusion: 'cannot-tell', state: { byVerdict: {} }, says: '. Its descriptors were only counted. Watched' },
    {
      conclusion: 'cannot-tell',
      state: { oldOrphans: 3 },
      says: ' 37 dead connections not yet as old as --orphan-age.',
    },
    {
      conclusion: 'not-seen',
      state: { sample: null, comm: 'unit x' },
      says: 'unit x: no such process was ever seen. Watched',
    },
    { conclusion: 'no-leak', state: {}, says: 'nginx: 49 of 1024 (4.7 %) open. Watched for 60 s, 7 samples.' },
  ] as const)('that comes to $conclusion says why: $says', ({ conclusion, state, says }) => {
    const [head = ''] = summarise(state, conclusion);
    const word = { leak: 'LEAK', growing: 'GROWING', 'cannot-tell': 'CANNOT TELL', 'not-seen': 'NOT SEEN' };
    expect(head.startsWith(`${conclusion === 'no-leak' ? 'NO LEAK ESTABLISHED' : word[conclusion]}  `)).toBe(true);
    expect(head).toContain(says);
  });

  it('counts one tick as one', () => {
    expect(summarise({ ticks: 1 }, 'no-leak')[0]).toMatch(/, 1 sample\.$/);
    expect(
      renderScreen({ ...STATE, ticks: 1 }, { paint: PLAIN, view: FIRST_VIEW, columns: 100, rows: 9 })[1],
    ).toContain(', 1 sample, ');
  });

  it('says once what the trend is', () => {
    expect(summarise({}, 'no-leak').slice(1)).toEqual(['  total: steady, it did not rise']);
  });

  it('says once what several trends rest on, and how fast each is', () => {
    const trends = ['total', 'socket', 'peer-closed'].map((subject) => trend(subject, 'growing', 'it rose'));
    expect(summarise({ trends }, 'growing').slice(1)).toEqual([
      '  total, socket, peer-closed: growing by 10 per hour (8 to 12), it rose',
    ]);
  });

  it('begins with the limit where it is reached, names the place that leaks and when the end comes', () => {
    const trends = [{ ...trend('total', 'growing', ''), hoursToLimit: { low: 0.5, expected: 1, high: null } }];
    const state = { places: [LEAK], trends, atLimit: { after: 30_000, since: 40_000 } };
    const lines = summarise(state, 'at-limit');
    expect(lines[0]).toMatch(
      /^AT THE LIMIT since 00:00:40 UTC \(between 00:00:30 UTC and 00:00:40 UTC\): nginx: 49 of 1024 /,
    );
    expect(lines.slice(1)).toEqual([
      '  leaks: tcp to 127.0.0.1:36191 (established): 39 of 39 opened are still open, none was ever closed; 936 per hour (800 to 1000)',
      '  limit 1024 at about 01:01:00 UTC (00:31:00 UTC to perhaps never) at this pace',
    ]);
  });

  it('says how long it takes to tell where it was too short', () => {
    const lines = summarise(
      { trends: [trend('total', 'too-short', '9 s of samples is too short to tell')] },
      'no-leak',
    );
    expect(lines.slice(1)).toEqual([
      '  total: too-short, 9 s of samples is too short to tell',
      '  growth can be judged after about 3 min at 10 s',
    ]);
  });

  it('says what rose in a time too short to tell, for how long it has to be watched, and with which interval', () => {
    const rose = { ...LEAK, open: 210, atStart: 10, opened: 200, judgement: 'steady' as const };
    const trends = [trend('total', 'too-short', '60 s')];
    const state = { byVerdict: {}, trends, places: [rose, { ...rose, open: 12, place: 'file' }] };
    const lines = summarise(state, 'cannot-tell');
    expect(lines[0]).toBe(
      'CANNOT TELL  nginx: 49 of 1024 (4.7 %) open. Too short to tell: growth needs 18 samples, about 3 min at 10 s. ' +
        'Next: watch for longer, or with --interval 1s. Watched for 60 s, 7 samples.',
    );
    expect(lines.slice(1)).toEqual([
      '  +200 since the first look: tcp to 127.0.0.1:36191 (established), 200 opened, none closed',
    ]);
  });

  it('tells a tick by the places that grow and by the limit', () => {
    const tick = JSON.parse(renderTickJson({ ...STATE, places: [LEAK], atLimit: { after: null, since: 40_000 } }));
    expect(tick).toMatchObject({
      places: [{ place: LEAK.place, opened: 39, closed: 0, survivors: 39, perHour: 936, judgement: 'leak' }],
      atLimit: { after: null, since: '1970-01-01T00:00:40.000Z' },
    });
  });

  it.each([40, 60, 80])('breaks between words at %i columns, and never a path', (columns) => {
    const path = `/var/lib/${'x'.repeat(90)}/h.db`;
    const trends = [trend('total', 'growing', 'it rose by at least 143 from the first third of 4 min to the last')];
    const state = { ...UNSEEN, trends, history: { ...STATE.history, path } };
    const lines = summarise(state, 'cannot-tell', columns);
    const words = new Set(summarise(state, 'cannot-tell').join(' ').split(/ +/));
    expect(lines.pop()).toBe(`  history: ${path}`);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(columns);
    expect(
      lines
        .join(' ')
        .split(/ +/)
        .filter((word) => word !== '' && !words.has(word)),
    ).toEqual([]);
  });
});

it('tells trouble once, though one sample waits, then two', () => {
  const teller = new TroubleTeller();
  const status = { ...STATE.history, path: '/h.db', waiting: 1 };
  expect(teller.news({ ...status, trouble: 'no space left' })).toBe(
    'history /h.db: no space left; 1 sample waits in memory',
  );
  expect(teller.news({ ...status, waiting: 2, trouble: 'no space left' })).toBe(null);
  expect(teller.news({ ...status, waiting: 0, trouble: null })).toBe(
    'history /h.db: being written again; nothing was lost',
  );
});
