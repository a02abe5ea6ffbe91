import { describe, expect, it } from 'vitest';
import { renderAssertionText } from '../../src/report/assertion/text.ts';
import { renderGithubAnnotations } from '../../src/report/assertion/github.ts';
import { renderGithubSummary } from '../../src/report/assertion/github-summary.ts';
import { renderJunit } from '../../src/report/assertion/junit.ts';
import { nagiosStatusOf, renderNagios } from '../../src/report/assertion/nagios.ts';
import { renderTap } from '../../src/report/assertion/tap.ts';
import { aDescriptor } from '../inspection-builder.ts';
import { anAssertion, anAssertionReport } from './assertion-builder.ts';

const passed = anAssertion({ result: 'passed', found: 0, descriptors: [] });
const undecided = anAssertion({ result: 'undecidable', found: null, descriptors: [] });
/** A file whose name would end a line, a tag, a comment, a directive and an annotation. */
const HOSTILE = '/tmp/a\n::error::b]]><b>&"\'| # SKIP \u0000\u001b[31m%0A,x';
const hostile = anAssertionReport(
  anAssertion({
    name: `growth of file ${HOSTILE}`,
    subject: null,
    most: null,
    because: HOSTILE,
    descriptors: [aDescriptor({ target: HOSTILE })],
  }),
);

describe('a report of an assertion, as text', () => {
  it('says what was expected and found, which descriptors, and why', () => {
    expect(renderAssertionText(anAssertionReport(anAssertion(), passed, undecided)).split('\n')).toEqual([
      'app (4242): 1 of 3 assertions failed, 1 of 3 could not be decided; 61 of 1024 descriptors open, after 5 s',
      'FAIL  max orphaned: expected <= 0, found 1',
      '      1 orphaned',
      expect.stringMatching(/^ {6}1 orphaned, reset, tcp accepted on :8080: fd 40$/),
      expect.stringMatching(/^ {10}.*silent for 85\.8 s$/),
      expect.stringMatching(/^ {10}why: /),
      'pass  max orphaned: expected <= 0, found 0',
      '????  max orphaned: expected <= 0, found an unknown number',
      '      1 orphaned',
      '',
    ]);
  });
});

describe('names that mean harm', () => {
  it('stay within their line of text, without controls', () => {
    const text = renderAssertionText(hostile);

    expect(text.split('\n').filter((line) => line.startsWith('::'))).toEqual([]);
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  });

  it('stay within their element of XML', () => {
    const xml = renderJunit(hostile);

    expect(xml.match(/<(?!\/|\?)[a-z-]+/g)).toEqual(['<testsuites', '<testsuite', '<testcase', '<failure']);
    expect(xml).not.toContain('\u0000');
  });

  it('make no second annotation', () => {
    expect(renderGithubAnnotations(hostile).trimEnd().split('\n')).toHaveLength(1);
  });

  it('make no directive of TAP', () => {
    const [, , , point] = renderTap(hostile).split('\n');

    expect(point).toMatch(/^not ok 1 - /);
    expect(point).not.toMatch(/[^\\]# SKIP/);
  });

  it('make no markup in the summary, and no second field in perfdata', () => {
    expect(renderGithubSummary(hostile)).not.toMatch(/^\| .*<b>/m);
    expect(renderNagios(hostile).split('|')).toHaveLength(2);
  });
});

describe('Nagios', () => {
  it.each([
    { assertions: [passed], status: 'OK' },
    { assertions: [passed, anAssertion()], status: 'CRITICAL' },
    { assertions: [passed, undecided], status: 'UNKNOWN' },
    { assertions: [undecided, anAssertion()], status: 'CRITICAL' },
    {
      assertions: [
        anAssertion({ name: 'max open', subject: 'open', most: 100, expected: '<= 100', found: 95, result: 'passed' }),
      ],
      status: 'WARNING',
    },
  ])('is $status', ({ assertions, status }) => {
    expect(nagiosStatusOf(anAssertionReport(...assertions))).toBe(status);
  });
});

it('never counts what could not be decided as a success, in any format', () => {
  const report = anAssertionReport(undecided);

  expect(renderTap(report)).toContain('not ok 1');
  expect(renderJunit(report)).toContain('<error type="undecidable"');
  expect(renderGithubAnnotations(report)).toContain('::error');
  expect(renderNagios(report)).toContain('UNKNOWN');
});
