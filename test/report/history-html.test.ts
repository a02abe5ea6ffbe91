import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { toPageAssets } from '../../src/app/page-assets.ts';
import type { HistoryReport, Series } from '../../src/core/model/report.ts';
import { renderHistoryHtml } from '../../src/report/history/html.ts';
import { renderHistoryMarkdown } from '../../src/report/history/markdown.ts';
import { renderSamples } from '../../src/report/history/samples.ts';
import { LEAK } from '../core/alert/subject.ts';
import { ROOT } from '../project/root.ts';
import { aLook, aSample, aSegment, START } from '../store/tick-builder.ts';

const EVIL = `</script><script>alert(1)</script>"'&`;
const MONTH = 30 * 86_400_000;

function toSeries(of: Series['of'], subject: string): Series {
  const values = Array.from({ length: 240 }, (_, i) => 1000 + i);
  return { of, subject, low: values, high: values };
}

const REPORT: HistoryReport = {
  version: '0.1.0',
  path: `/tmp/${EVIL}`,
  sizeBytes: 4096,
  writer: null,
  since: START,
  until: START + MONTH,
  samples: 259_200,
  segments: [aSegment({ comm: EVIL })],
  events: Array.from({ length: 500 }, (_, i) => ({ kind: 'note' as const, at: START + i, because: EVIL })),
  alerts: [],
  suspects: [],
  trends: [],
  places: Array.from({ length: 200 }, (_, i) => ({ ...LEAK, place: `${EVIL} ${i}` })),
  series: [toSeries('total', 'total')],
  placeSeries: Array.from({ length: 10 }, (_, i) => toSeries('place', `${EVIL} ${i}`)),
  oldOrphans: 0,
  open: 1239,
  soft: 4096,
  atLimit: null,
  leak: true,
  conclusion: 'leak',
};

const readChartFile = (name: string): string => readFileSync(`${ROOT}node_modules/uplot/dist/${name}`, 'utf8');

it('is one page of less than 300 KB for a month, in which foreign text stays text', () => {
  const html = [...renderHistoryHtml(REPORT, toPageAssets(readChartFile))].join('');
  expect(html.length).toBeLessThan(300_000);
  expect(html).not.toContain('<script>alert');
  expect(html.match(/<script/g)).toHaveLength(3);
  expect(html).not.toMatch(/(?:src|href)="?http/);
});

it('runs nothing but the scripts whose hashes its policy names', () => {
  const html = [...renderHistoryHtml(REPORT, toPageAssets(readChartFile))].join('');
  const [, policy = ''] = /Content-Security-Policy" content="([^"]*)"/.exec(html) ?? [];
  const inline = [...html.matchAll(/<(?:script|style)>([^]*?)<\/(?:script|style)>/g)].map(([, text]) => text ?? '');
  expect(inline).toHaveLength(4);
  for (const text of inline) expect(policy).toContain(createHash('sha256').update(text).digest('base64'));
  expect(policy).toContain("default-src 'none'");
});

it('says the same in Markdown, and no name in it is markup', () => {
  const text = [...renderHistoryMarkdown({ ...REPORT, segments: [aSegment({ comm: '@ops <b> | x' })] })].join('');
  expect(text).toMatch(/^## LEAK: `@ops` \\<b\\> \| x, 1239 of 4096 \(30\.2 %\) descriptors open/);
  expect(text).toContain('39 of 39 opened are still open, none was ever closed');
});

it('exports samples for a spreadsheet and for programs', () => {
  const samples = [
    aSample({ full: aLook({ byPlace: { '=cmd, "x"': 2 } }) }),
    aSample({ at: START + 1000, full: null }),
  ];
  const [heads, first, counted] = [...renderSamples('csv', samples)];
  expect(heads).toBe('at,segment,open,soft,opened,closed,established,orphaned,"at =cmd, ""x"""\r\n');
  expect(first).toBe('2026-11-22T00:00:00.000Z,1,73,1024,3,2,12,40,2\r\n');
  expect(counted).toBe('2026-11-22T00:00:01.000Z,1,73,1024,,,,,\r\n');
  expect(JSON.parse([...renderSamples('ndjson', samples)][1] ?? '')).toMatchObject({ open: 73, full: null });
});
