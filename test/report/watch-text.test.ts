import { expect, it } from 'vitest';
import { toIso } from '../../src/core/parse/iso-time.ts';
import { renderChart } from '../../src/report/text/chart.ts';
import { renderSparkline } from '../../src/report/text/sparkline.ts';
import { PLAIN } from '../../src/report/text/style.ts';
import { renderScreen } from '../../src/report/watch/screen.ts';
import type { WatchState } from '../../src/core/model/watch.ts';
import fc from 'fast-check';

it('writes times as the clock of JavaScript does', () => {
  const years = { min: 0, max: Date.UTC(2400, 0, 1) };
  fc.assert(
    fc.property(fc.integer(years), (at) => {
      expect(toIso(at)).toBe(new Date(at).toISOString());
    }),
    { numRuns: 2000 },
  );
});

it.each([
  { values: [1, 2, 3, 4, 5, 6, 7, 8], text: '▁▂▃▄▅▆▇█' },
  { values: [5, 5, 5], text: '▁▁▁' },
  { values: [1, null, 8], text: '▁ █' },
  { values: [], text: '' },
  { values: [null], text: ' ' },
  { values: [9, 9, 9, 1, 8], text: '▁█' },
])('draws $values as $text', ({ values, text }) => {
  expect(renderSparkline(values, values.length === 5 ? 2 : 8)).toBe(text);
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

const STATE: WatchState = {
  at: 60_000,
  startedAt: 0,
  intervalMs: 10_000,
  quota: null,
  host: 'micro-server',
  cmdline: null,
  ticks: 7,
  blind: null,
  pid: 42,
  comm: 'ng\u001b[31minx',
  fullEvery: 1,
  oldOrphans: 0,
  recent: [],
  sample: { at: 60_000, segment: 1, open: 980, soft: 1024, hard: 4096, full: null },
  byVerdict: { orphaned: 40, listening: 9 },
  firstByVerdict: { orphaned: 1, listening: 9, established: 3 },
  trends: [],
  suspects: [],
  places: [],
  atLimit: null,
  groups: ['40 orphaned, all on :41375'],
  events: [],
  alerts: [{ id: 'near-limit-x', rule: 'near-limit', severity: 'critical', openedAt: 30_000, because: '980 of 1024' }],
  history: { path: '/h.db', sizeBytes: 2048, waiting: 3, dropped: 0, trouble: 'no space left' },
};

it('shows count, verdicts with what changed, alerts and trouble on one screen, and no control of a foreign name', () => {
  const text = renderScreen(STATE, { paint: PLAIN, columns: 100, rows: 40 }).join('\n');
  expect(text).toMatch(/980 of 1024 .* 95\.7 %/);
  expect(text).toMatch(/orphaned +40 +\+39/);
  expect(text).toMatch(/established +0 +-3/);
  expect(text).toContain('near-limit critical  for 30 s: 980 of 1024');
  expect(text).toContain('history: no space left; 3 samples wait in memory');
  // oxlint-disable-next-line no-control-regex -- that there is none is the point
  expect(text).not.toMatch(/\u001b/);
});

it('fits any terminal', () => {
  fc.assert(
    fc.property(fc.integer({ min: 10, max: 200 }), fc.integer({ min: 1, max: 60 }), (columns, rows) => {
      const lines = renderScreen(STATE, { paint: PLAIN, columns, rows });
      expect(lines.length).toBeLessThanOrEqual(Math.max(2, rows));
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
    }),
  );
});
