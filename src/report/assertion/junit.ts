import type { Assertion, AssertionReport } from '../../core/model/assertion.ts';
import { explainDescriptors, sayExpectation, sayProcess } from './evidence.ts';

const ILLEGAL = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

/**
 * JUnit XML: a test case for each assertion, a failure for one that failed, an error for one that could not be decided.
 *
 * @see Jenkins xUnit plugin, junit-10.xsd; XML 1.0, section 2.2 for the characters it may hold
 */
export function renderJunit(report: AssertionReport): string {
  const { assertions } = report;
  const seconds = (report.settledAfterMs / 1000).toFixed(3);
  const counts = [
    `tests="${assertions.length}"`,
    `failures="${countOf(assertions, 'failed')}"`,
    `errors="${countOf(assertions, 'undecidable')}"`,
  ].join(' ');
  const suite = `name=${quote(`fdleak ${sayProcess(report)}`)} ${counts} skipped="0" time="${seconds}" timestamp="${report.takenAt.slice(0, 19)}"`;
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="fdleak" ${counts} time="${seconds}">`,
    `  <testsuite ${suite}>`,
    ...assertions.map((one) => renderCase(one, sayProcess(report))),
    ...(report.notes.length === 0 ? [] : [`    <system-out>${escapeXml(report.notes.join('\n'))}</system-out>`]),
    '  </testsuite>',
    '</testsuites>',
  ];
  return `${lines.join('\n')}\n`;
}

function renderCase(assertion: Assertion, process: string): string {
  const open = `    <testcase name=${quote(assertion.name)} classname=${quote(`fdleak.${process}`)} time="0"`;
  if (assertion.result === 'passed') return `${open}/>`;
  const tag = assertion.result === 'failed' ? 'failure' : 'error';
  const text = [assertion.because, ...explainDescriptors(assertion.descriptors)].join('\n');
  return `${open}>\n      <${tag} type="${assertion.result}" message=${quote(sayExpectation(assertion))}>${escapeXml(text)}</${tag}>\n    </testcase>`;
}

function countOf(assertions: readonly Assertion[], result: Assertion['result']): number {
  return assertions.filter((one) => one.result === result).length;
}

function quote(text: string): string {
  return `"${escapeXml(text).replace(/[\t\n\r]/g, ' ')}"`;
}

function escapeXml(text: string): string {
  return text
    .replace(ILLEGAL, '\uFFFD')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
