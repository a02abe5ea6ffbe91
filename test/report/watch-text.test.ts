import { expect, it } from 'vitest';
import { toIso } from '../../src/core/parse/iso-time.ts';
import { renderChart } from '../../src/report/text/chart.ts';
import { PLAIN } from '../../src/report/text/style.ts';
import { renderScreen } from '../../src/report/watch/screen.ts';
import type { WatchState } from '../../src/core/model/watch.ts';
import fc from 'fast-check';
import { LEAK } from '../core/alert/subject.ts';
import type { Trend } from '../../src/core/model/trend.ts';
import { FIRST_VIEW, toNextView } from '../../src/report/watch/screen-views.ts';
import { aLife, aSample } from '../store/tick-builder.ts';
import { aWatchState } from '../watch-state-builder.ts';

it('writes times as the clock of JavaScript does', () => {
  const years = { min: 0, max: Date.UTC(2400, 0, 1) };
  fc.assert(
    fc.property(fc.integer(years), (at) => {
      expect(toIso(at)).toBe(new Date(at).toISOString());
    }),
    { numRuns: 2000 },
  );
});

it('draws a chart that begins near the lowest value, with its scale', () => {
  const high = [20, 30, 40, null, 60];
  expect(renderChart({ of: 'total', subject: 'total', low: high, high }, { columns: 19, rows: 4 })).toEqual(
    ['60 ┤            ▇▇▇', '49 ┤            ███', '38 ┤      ▄▄▄   ███', '27 ┤▄▄▄██████   ███'].map((line) =>
      expect.stringMatching(new RegExp(`^${line.slice(0, 4)}`)),
    ),
  );
});

it('draws nothing of a series in which nothing was seen', () => {
  expect(renderChart({ of: 'total', subject: 'total', low: [null], high: [null] }, { columns: 80, rows: 4 })).toEqual(
    [],
  );
});

const GROWS: Trend = {
  subject: 'total',
  of: 'total',
  growth: 'growing',
  perHour: 400,
  perHourLow: 300,
  perHourHigh: 500,
  shape: 'slope',
  hoursToLimit: null,
  because: '',
};

const STATE = aWatchState({
  comm: 'ng\u001b[31minx',
  firstByVerdict: { orphaned: 1, listening: 9, established: 3 },
  groups: ['40 orphaned, all on :41375'],
  alerts: [{ id: 'near-limit-x', rule: 'near-limit', severity: 'critical', openedAt: 30_000, because: '980 of 1024' }],
  history: { path: '/h.db', sizeBytes: 2048, waiting: 3, dropped: 0, trouble: 'no space left' },
});

it('shows count, verdicts with what changed, alerts and trouble on one screen, and no control of a foreign name', () => {
  const text = renderScreen(STATE, { paint: PLAIN, view: FIRST_VIEW, columns: 100, rows: 40 }).join('\n');
  expect(text).toMatch(/980 of 1024 .* 95\.7 %/);
  expect(text).toMatch(/orphaned +40 +\+39/);
  expect(text).toMatch(/established +0 +-3/);
  expect(text).toContain('near-limit critical  for 30 s: 980 of 1024');
  expect(text).toContain('history: no space left; 3 samples wait in memory');
  expect(text).not.toContain('\u001B');
});

it('draws the count from 0 to the limit, the forecast dotted, and the places with what changed', () => {
  const look = (at: number, count: number) => ({
    ...STATE.recent[0],
    at,
    segment: 1,
    open: count,
    soft: 100,
    hard: 100,
    full: { byVerdict: {}, byKind: {}, byPlace: { [LEAK.place]: count }, moved: {}, opened: 0, closed: 0 },
  });
  const recent = Array.from({ length: 30 }, (_, n) => look(n * 10_000, n + 10));
  const trends = [
    {
      ...GROWS,
      hoursToLimit: { low: 0.1, expected: 0.15, high: 0.2 },
    },
  ];
  const state = { ...STATE, at: 290_000, recent, sample: look(290_000, 39), trends, places: [LEAK] };
  const lines = renderScreen(state, { paint: PLAIN, view: FIRST_VIEW, columns: 100, rows: 40 });
  expect(lines[0]).toMatch(/^LEAK {2}tcp to 127\.0\.0\.1:36191 \(established\): 39 of 39 opened are still open/);
  expect(lines.join('\n')).toContain('limit 100 at about 00:13:50 UTC');
  const chart = lines.filter((line) => line.includes('┤'));
  expect(chart[0]).toMatch(/^100 ┤╌+$/);
  expect(chart.at(-1)).toMatch(/^ {2}0 ┤[▁-█]+/);
  expect(chart.join('')).toContain('·');
  expect(lines.join('\n')).toMatch(/^> established {7}tcp to 127\.0\.0\.1:36191 +39 +\+29 +5min$/m);
  const place = toNextView(FIRST_VIEW, '\r', ROWS) ?? FIRST_VIEW;
  expect(renderScreen(state, { paint: PLAIN, view: place, columns: 100, rows: 40 })).toContain(
    'closed since         0',
  );
});

it('cuts no word of its verdict, nor the numbers of a column, down to 40 columns', () => {
  const state = { ...STATE, places: [LEAK] };
  const verdict = renderVerdictOf(state, 400);
  fc.assert(
    fc.property(fc.integer({ min: 40, max: 200 }), (columns) => {
      expect(renderVerdictOf(state, columns)).toBe(verdict);
      const lines = renderScreen(state, { paint: PLAIN, view: FIRST_VIEW, columns, rows: 60 });
      expect(
        lines.filter((line) => /^(?: {2}WHAT|> established)/.test(line)).filter((line) => line.endsWith('…')),
      ).toEqual([]);
    }),
  );
  expect(renderVerdictOf({ ...STATE, trends: [] }, 10)).toBe('WATCHING');
  expect(renderVerdictOf({ ...STATE, trends: [{ ...GROWS, because: 'one two three four' }] }, 20)).toBe(
    'WATCHING growing: one two three four',
  );
});

const ROWS = { places: 2, descriptors: 2 };
const LIVED = [
  { at: 10_000, verdict: 'established' },
  { at: 40_000, verdict: 'peer-closed' },
];

/** The words before the line of the process. */
function renderVerdictOf(state: WatchState, columns: number): string {
  const lines = renderScreen(state, { paint: PLAIN, view: FIRST_VIEW, columns, rows: 60 });
  const who = lines.findIndex((line) => line.startsWith('ng'));
  return lines.slice(0, who).join(' ').trim().replaceAll(/ +/g, ' ');
}

it('takes its keys: up and down stay within the places, a second press goes back', () => {
  const press = (...keys: readonly string[]) =>
    keys.reduce((view, key) => toNextView(view, key, ROWS) ?? view, FIRST_VIEW);
  expect(press('j', 'j', 'j').selected).toBe(1);
  expect(press('j', '\u001b[A', 'k').selected).toBe(0);
  expect(press('e').shows).toBe('evidence');
  expect(press('e', 'e').shows).toBe('all');
  expect(press('?', '\u001b').shows).toBe('all');
  expect(toNextView(FIRST_VIEW, 'x', ROWS)).toBe(null);
});

it('goes from the places to one, and on to the life of one of its descriptors, and back', () => {
  const press = (...keys: readonly string[]) =>
    keys.reduce((view, key) => toNextView(view, key, ROWS) ?? view, FIRST_VIEW);
  const life = { ...aLife({ id: 1, fd: 42, place: LEAK.place, firstSeen: 30_000 }), verdicts: LIVED };
  const older = { ...aLife({ id: 2, fd: 7, place: LEAK.place, firstSeen: 10_000 }), verdicts: LIVED };
  const other = aLife({ id: 3, fd: 8, place: 'pipe', firstSeen: 10_000 });
  const state = { ...STATE, at: 60_000, places: [LEAK], openLives: () => [life, other, older] };
  const show = (...keys: readonly string[]): string =>
    renderScreen(state, { paint: PLAIN, view: press(...keys), columns: 100, rows: 40 }).join('\n');
  expect(show('\r')).toMatch(/^> 7 +00:00:10 UTC +50 s +peer-closed\n {2}42 /m);
  expect(show('\r', 'j')).toMatch(/^> 42 +00:00:30 UTC +30 s +peer-closed$/m);
  expect(show('\r', 'j', '\r')).toMatch(
    /^fd 42 .*[^]*00:00:30 UTC {2}first seen, 30 s ago\n[^]*00:00:40 UTC {2}peer-closed/m,
  );
  expect(press('\r', 'j', '\r', '\u001b')).toMatchObject({ shows: 'place', descriptor: 1 });
  expect(press('\r', '\r', '\u001b', '\u001b').shows).toBe('all');
});

it.each([
  { keys: [], first: 'many' },
  { keys: ['o'], first: 'fast' },
  { keys: ['o', 'o'], first: 'old' },
  { keys: ['o', 'o', 'o'], first: 'a name' },
  { keys: ['o', 'o', 'o', 'o'], first: 'many' },
])('sorts the places: after $keys.length presses of o $first is first', ({ keys, first }) => {
  const view = keys.reduce((before, key) => toNextView(before, key, ROWS) ?? before, FIRST_VIEW);
  const place = (name: string, differs: Partial<typeof LEAK>) => ({
    ...LEAK,
    place: name,
    oldestSince: 5000,
    ...differs,
  });
  const places = [
    place('many', { open: 90, perHour: 1 }),
    place('fast', { open: 50, perHour: 900 }),
    place('old', { open: 40, perHour: 1, oldestSince: 1 }),
    place('a name', { open: 30, perHour: 1 }),
  ];
  const lines = renderScreen({ ...STATE, places }, { paint: PLAIN, view, columns: 100, rows: 50 });
  expect(lines.find((line) => line.startsWith('>'))).toMatch(new RegExp(`^> established +${first} `));
});

it('names a place of many ports by them, says what changed there, and shows the lives of each', () => {
  const members = [16_001, 16_002, 16_009].map((port) => `udp on 10.0.0.7:${port}`);
  const lives = members.map((place, n) => aLife({ id: n, fd: 70 + n, place, firstSeen: 0 }));
  const full = { byVerdict: {}, byKind: {}, byPlace: Object.fromEntries(members.map((one) => [one, 1])) };
  const recent = [{ ...aSample(), at: 0, full: { ...full, moved: {}, opened: 0, closed: 0 } }];
  const place = { ...LEAK, place: 'udp on 10.0.0.7, many ports', members, open: 5, oldestSince: 0 };
  const state = { ...STATE, at: 60_000, recent, places: [place], openLives: () => lives };
  const style = { paint: PLAIN, columns: 100, rows: 40 };

  const rows = renderScreen(state, { ...style, view: FIRST_VIEW });
  expect(rows).toContainEqual(expect.stringMatching(/udp on 10\.0\.0\.7, ports 16001 to 16009 +5 +\+2/));
  const view = toNextView(FIRST_VIEW, '\r', { places: 1, descriptors: 3 }) ?? FIRST_VIEW;
  const text = renderScreen(state, { ...style, view }).join('\n');
  expect(text).toContain('ports 16001 to 16009');
  expect(text).toMatch(/^. 70 .*\n. 71 .*\n. 72 /m);
});

it('fits any terminal', () => {
  fc.assert(
    fc.property(fc.integer({ min: 10, max: 200 }), fc.integer({ min: 1, max: 60 }), (columns, rows) => {
      const lines = renderScreen(STATE, { paint: PLAIN, view: FIRST_VIEW, columns, rows });
      expect(lines.length).toBeLessThanOrEqual(Math.max(2, rows));
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
    }),
  );
});
