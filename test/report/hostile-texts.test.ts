import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toAlertDocument } from '../../src/core/alert/alert-document.ts';
import { compareInspections } from '../../src/core/compare/compare.ts';
import type { AssertionReport } from '../../src/core/model/assertion.ts';
import type { AlertNotice } from '../../src/core/model/watch.ts';
import { toJsonText } from '../../src/core/words/json.ts';
import { ASSERTION_FORMATS, renderAssertion } from '../../src/report/assertion/formats.ts';
import { renderDiffJson, renderDiffText } from '../../src/report/diff.ts';
import { HISTORY_FORMATS, renderHistory } from '../../src/report/history/formats.ts';
import { FORMATS, renderInspections } from '../../src/report/inspection/formats.ts';
import { escapeText } from '../../src/report/text/escape.ts';
import { guardOutput } from '../../src/report/text/guard.ts';
import { PLAIN } from '../../src/report/text/style.ts';
import { renderEventLine, renderNoticeLine } from '../../src/report/watch/line.ts';
import { renderEventJson } from '../../src/report/watch/ndjson.ts';
import { aDescriptor, anInspection, anOrphan } from '../inspection-builder.ts';
import { anAssertion, anAssertionReport } from './assertion-builder.ts';
import { aHistoryReport } from './history-builder.ts';
import { aStyle, CASES } from './cases.ts';

/** What others choose: names, paths, and all that a history of theirs says. */
const FOREIGN = new Set([
  'comm',
  'exe',
  'target',
  'because',
  'path',
  'place',
  'rule',
  'id',
  'takenAt',
  'host',
  'title',
  'cgroup',
  'notes',
  'subject',
  'inode',
  'address',
]);
const COLOUR = new RegExp(String.raw`\u001B\[[0-9;]*m`, 'g');
const COMMANDS = [
  '::error::x',
  '::add-mask::x',
  '::set-output name=a::b',
  '##[group]x',
  '##vso[task.x]',
  '##[',
  '::stop-commands::t',
];

/** The document with `text` at the end of each foreign text. */
function spoil<T>(value: T, text: string): T {
  const replace = (key: string, one: unknown): unknown => {
    if (!FOREIGN.has(key)) return one;
    if (Array.isArray(one)) return one.map((part) => (typeof part === 'string' ? part + text : part));
    return typeof one === 'string' ? one + text : one;
  };
  const spoiled: T = JSON.parse(JSON.stringify(value, replace));
  return spoiled;
}

const hostileText = fc
  .tuple(
    fc.constantFrom('', '\n', '\r', ' ', '\u2028', '\u0085', '\u001B[2K'),
    fc.oneof(fc.constantFrom(...COMMANDS), fc.string({ unit: 'binary', maxLength: 6 })),
    fc.constantFrom('', '\u001B]8;;http://evil\u0007', '\u009B31m', '\u202E', '\u200B', '\u007F', '\u0000', '\uD800'),
  )
  .map((parts) => parts.join(''));

/** No text of a stranger's may come out as anything but text. `commands`: what our own lines may begin with. */
function expectHarmless(rendered: string, own = /^$/): void {
  expectHarmlessAsItIs(guardOutput(rendered), own);
}

/** Of what is printed without being gone through again. */
function expectHarmlessAsItIs(output: string, own = /^$/): void {
  expect(output).not.toMatch(/(?![\n\t])[\p{C}\p{Zl}\p{Zp}]/u);
  for (const line of output.split('\n')) {
    if (own.test(line)) continue;
    expect(line).not.toMatch(/^\s*::[A-Za-z][\w-]*( [^:]*)?::/);
    expect(line).not.toMatch(/##\[|##vso\[/);
  }
}

const ASSERTION: AssertionReport = {
  ...anAssertionReport(anAssertion({ descriptors: [anOrphan(), aDescriptor({ target: '/tmp/x' })] })),
  notes: ['a note'],
};

const HISTORY = aHistoryReport({
  events: [{ kind: 'note', at: 1, because: 'a note' }],
  alerts: [
    {
      id: 'a',
      rule: 'orphans',
      severity: 'critical',
      openedAt: 1,
      resolvedAt: null,
      lastNotifiedAt: null,
      because: 'b',
    },
  ],
});

const NOTICE: AlertNotice = { ...HISTORY.alerts[0]!, is: 'opened', at: 1 };

const DIFF = compareInspections(
  anInspection({ descriptors: [anOrphan()] }),
  anInspection({ descriptors: [aDescriptor({ target: '/tmp/x' })] }),
);

const SUBJECT = {
  host: 'h',
  pid: 4,
  comm: 'app',
  cmdline: null,
  open: 61,
  soft: 1024,
  places: [],
  history: null,
  hoursToLimit: null,
  limitName: null,
};

describe('a text that a stranger chose comes out as text alone', () => {
  const style = aStyle({ listDescriptors: true });

  it.each(FORMATS)('of an inspection as %s', async (format) => {
    await fc.assert(
      fc.asyncProperty(hostileText, async (text) => {
        const pieces = await renderInspections(format, [spoil(CASES.leaked(), text)], style);
        const expectIt = format === 'json' ? expectHarmlessAsItIs : expectHarmless;
        expectIt([...pieces].join(''));
      }),
      { numRuns: format === 'json' ? 200 : 8 },
    );
  });

  it.each(ASSERTION_FORMATS)('of an assertion as %s', async (format) => {
    await fc.assert(
      fc.asyncProperty(hostileText, async (text) => {
        const own = format === 'github' ? /^::error title=fdleak%3A / : undefined;
        expectHarmless(await renderAssertion(format, spoil(ASSERTION, text), PLAIN), own);
      }),
    );
  });

  it.each(HISTORY_FORMATS)('of a history as %s', async (format) => {
    await fc.assert(
      fc.asyncProperty(hostileText, async (text) => {
        expectHarmless([...(await renderHistory(format, spoil(HISTORY, text), style))].join(''));
      }),
    );
  });

  it('of a comparison, an event and an alert', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const diff = spoil(DIFF, text);
        const event = { kind: 'note', at: 1, because: text } as const;
        const outputs = [
          renderDiffText(diff),
          renderDiffJson(diff),
          renderEventLine(event, PLAIN),
          renderEventJson(event, 42),
          renderNoticeLine(spoil(NOTICE, text), PLAIN),
          toJsonText(toAlertDocument(spoil(NOTICE, text), spoil(SUBJECT, text))),
        ];
        for (const output of outputs) expectHarmless(output);
      }),
      { numRuns: 20 },
    );
  });

  it('in JSON, which parses to the same all the same', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expectHarmless(toJsonText({ text, list: [text] }, 2));
        expect(JSON.parse(toJsonText({ [text]: text }))).toEqual({ [text]: text });
      }),
    );
  });

  it('and at the gate that every output passes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(guardOutput(text)).not.toMatch(/(?![\n\t])[\p{C}\p{Zl}\p{Zp}]/u);
        expect(guardOutput(`\u001B[31m${text}\u001B[39m`, true).replaceAll(COLOUR, '')).not.toMatch(
          /(?![\n\t])[\p{C}\p{Zl}\p{Zp}]/u,
        );
      }),
    );
  });
});

it('leaves addresses as they are', () => {
  for (const address of ['::1', '::ffff:10.0.0.7', '[::]:80', 'fe80::a', '::', '::abcd:1']) {
    expect(escapeText(address)).toBe(address);
  }
});
