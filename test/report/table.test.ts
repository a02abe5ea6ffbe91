import { Chalk } from 'chalk';
import { expect, test } from 'vitest';
import type { Inspection } from '../../src/core/model/inspection.ts';
import { renderTable } from '../../src/report/inspection/table.ts';
import type { Style } from '../../src/report/text/style.ts';
import { measureWidth } from '../../src/report/text/width.ts';
import { aFinding, anInspection, aSource, UNKNOWN_LIMITS } from '../inspection-builder.ts';
import { aStyle, CASES } from './cases.ts';

const render = (inspection: Inspection, style: Partial<Style> = {}): string =>
  [...renderTable([inspection], aStyle(style))].join('');

const linesOf = (inspection: Inspection, style: Partial<Style> = {}): string[] => render(inspection, style).split('\n');

/** A command is never broken, so that it can be copied: alone on its line it may be too wide. */
const isCommandAlone = (line: string): boolean => /^\s*`[^`]*`$/.test(line);

const WHY = { explains: true };
const coloured = { paint: new Chalk({ level: 1 }) };
const NAMES = Object.keys(CASES).filter((name): name is keyof typeof CASES => name in CASES);

test.each(NAMES.flatMap((name) => [80, 120].map((columns) => ({ name, columns }))))(
  'the case $name at $columns columns looks as in its transcript',
  async ({ name, columns }) => {
    await expect(render(CASES[name](), { columns })).toMatchFileSnapshot(`transcripts/${name}-${columns}.txt`);
  },
);

test('a leak in colour looks as in its transcript', async () => {
  await expect(render(CASES.leaked(), coloured)).toMatchFileSnapshot('transcripts/leaked-80-colour.txt');
});

test('every descriptor is listed as in the transcripts', async () => {
  for (const columns of [80, 120]) {
    const style = { columns, listDescriptors: true };
    await expect(render(CASES.leaked(), style)).toMatchFileSnapshot(`transcripts/leaked-fds-${columns}.txt`);
    await expect(render(CASES.hostile(), style)).toMatchFileSnapshot(`transcripts/hostile-fds-${columns}.txt`);
  }
});

test.each(NAMES)('the case %s keeps within 60 to 200 columns of a terminal', (name) => {
  for (const columns of [60, 72, 80, 100, 137, 200]) {
    for (const line of linesOf(CASES[name](), { columns, listDescriptors: true })) {
      if (!isCommandAlone(line)) expect(measureWidth(line), line).toBeLessThanOrEqual(columns);
    }
  }
});

test.each(NAMES)('colours change no character of the case %s', (name) => {
  // eslint-disable-next-line no-control-regex -- the sequences of chalk are what is taken out here
  const bare = render(CASES[name](), { ...coloured, listDescriptors: true }).replaceAll(/\u001B\[\d+m/g, '');

  expect(bare).toBe(render(CASES[name](), { listDescriptors: true }));
});

test('no foreign text reaches the terminal unescaped', () => {
  const text = render(CASES.hostile(), { listDescriptors: true });

  expect(text.replaceAll('\n', '')).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
  expect(text.split('\n').some((line) => line.startsWith('| <img'))).toBe(false);
});

test('what is not known is a question mark and never 0', () => {
  const text = render(anInspection({ limits: UNKNOWN_LIMITS, descriptors: [], sources: [] }), WHY);

  expect(text).toContain('? open of ?');
  expect(text).toContain('hard limit ?, highest descriptor ?, table size ? (peak)');
  expect(text).not.toMatch(/\b0\b(?!0)/);
});

test('quiet leaves the line with the answer', () => {
  expect(render(CASES.suspect(), { isQuiet: true, columns: 40 })).toBe(
    'SUSPECT  app (pid 4242): 28 connections wait in CLOSE_WAIT\n',
  );
});

test('in a file no row is cut', () => {
  const style = { columns: 80, listDescriptors: true };

  expect(render(CASES.leaked(), { ...style, isTerminal: true })).toContain('…');
  const listed = render(CASES.leaked(), { ...style, isTerminal: false });
  expect(listed.slice(listed.indexOf('\nDescriptors'))).not.toContain('…');
});

test('the counts of the sources stand side by side, and their arithmetic in one line', () => {
  const lines = linesOf(CASES.leaked(), WHY);

  expect(lines).toContain('  59 sockets by proc-fd = 59 by lsof; 19 listed = 19 by ss; 40 nowhere');
  expect(lines).toContain('  lsof              73       59      19       40  read in 81 ms');
});

test('sources that differ are not called equal', () => {
  expect(render(CASES.suspect(), WHY)).toContain('32 sockets by proc-fd ≠ 34 by lsof; 30 listed; 2 nowhere');
});

test('a source that could not count shows question marks where it would have counted', () => {
  const lsof = aSource({
    name: 'lsof',
    status: 'timed-out',
    descriptors: null,
    sockets: null,
    matched: null,
    unmatched: null,
    because: 'no answer within 10 s',
  });

  expect(linesOf(anInspection({ sources: [aSource(), lsof] }), WHY)).toContain(
    '  lsof               ?        ?       ?        ?  timed-out: no answer within 10',
  );
});

test('a bar is full only where nothing is free, and empty only where nothing is open', () => {
  const barOf = (open: number) =>
    /[█░]+/.exec(
      render(anInspection({ limits: { open, soft: 1024, free: 1024 - open, utilization: open / 1024 } }), WHY),
    )?.[0];

  expect(barOf(0)).toMatch(/^░+$/);
  expect(barOf(1)).toMatch(/^█░+$/);
  expect(barOf(1023)).toMatch(/^█+░$/);
  expect(barOf(1024)).toMatch(/^█+$/);
});

test('advice of several lines keeps them', () => {
  const lines = linesOf(anInspection({ findings: [aFinding({ advice: 'Tonight: a.\nTomorrow: b.' })] }), WHY);

  expect(lines).toContain('           > Tonight: a.');
  expect(lines).toContain('           > Tomorrow: b.');
});

test('several inspections are a line each, and stand one after the other with --why', () => {
  const both = (style: Partial<Style>): string =>
    [...renderTable([CASES.leaked(), CASES.healthy()], aStyle(style))].join('');
  const lines = both({}).trimEnd().split('\n');

  expect(lines).toHaveLength(3);
  expect(lines[1]).toMatch(/^LEAK +73\/1024 +7 +40 dead tcp accepted on :8080 +3597864 +gshell$/);
  expect(lines[2]).toMatch(/^OK +6\/1024 +0 .* 4242 +app$/);
  expect(both(WHY)).toMatch(/\nLEAK {2}gshell[^]*\nOK {2}app {3}pid 4242/);
});

test.each([
  ['leaked', 22],
  ['suspect', 22],
  ['healthy', 6],
  ['count-only', 4],
] as const)('the case %s takes at most %d lines at 80 columns', (name, most) => {
  expect(render(CASES[name]()).trimEnd().split('\n').length).toBeLessThanOrEqual(most);
});

test('the bar has the colour of the finding near-limit, and is green without', () => {
  const limits = { open: 990, soft: 1024, free: 34, utilization: 990 / 1024 };
  const bar = (severity: 'error' | 'warning' | null): string | undefined => {
    const findings = severity === null ? [] : [aFinding({ id: 'near-limit', severity })];
    return linesOf(anInspection({ limits, findings }), { ...coloured, ...WHY }).findLast((line) => line.includes('█'));
  };

  expect(bar('error')).toContain('\u001B[31m█');
  expect(bar('warning')).toContain('\u001B[33m█');
  expect(bar(null)).toContain('\u001B[32m█');
});
