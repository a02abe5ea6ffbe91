import type { Assertion, AssertionReport, AssertionResult } from '../../core/model/assertion.ts';
import { explainDescriptors, sayAssertion, sayProcess } from './evidence.ts';
import { escapeText, OWN_ANNOTATION } from '../text/escape.ts';
import { toProse, toRow } from '../text/markdown-escape.ts';

const MARKS = { passed: 'pass', failed: '**fail**', undecidable: '**undecided**' } as const satisfies Record<
  AssertionResult,
  string
>;

/**
 * Annotations of a GitHub job: a line for each assertion that did not hold.
 *
 *     ::error title=fdleak: max orphaned::expected <= 0, found 20
 *
 * @see https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
export function renderGithubAnnotations(report: AssertionReport): string {
  return report.assertions
    .filter(({ result }) => result !== 'passed')
    .map((one) => `${toAnnotation(one, report)}\n`)
    .join('');
}

function toAnnotation(assertion: Assertion, report: AssertionReport): string {
  const text = [
    `${sayProcess(report)}: ${sayAssertion(assertion)}`,
    assertion.because,
    ...explainDescriptors(assertion.descriptors),
  ].join('\n');
  return `${OWN_ANNOTATION}${escapeProperty(assertion.name)}::${escapeMessage(text)}`;
}

/** The summary of a GitHub job, in Markdown. */
export function renderGithubSummary(report: AssertionReport): string {
  const { assertions, notes } = report;
  const rows = assertions.map(({ result, name, expected, found }) =>
    toRow([MARKS[result], toProse(escapeText(name)), toProse(expected), `${found ?? '?'}`]).trimEnd(),
  );
  const failed = assertions.filter(({ result }) => result !== 'passed');
  const lines = [
    `### fdleak: ${toProse(sayProcess(report))}`,
    '',
    '| | assertion | expected | found |',
    '| --- | --- | --- | ---: |',
    ...rows,
    '',
    ...failed.flatMap((one) => toDetails(one)),
    ...notes.map((note) => `- ${toProse(escapeText(note))}`),
  ];
  return `${lines.join('\n')}\n`;
}

function toDetails(assertion: Assertion): string[] {
  const text = [assertion.because, ...explainDescriptors(assertion.descriptors)].join('\n');
  // Indented code: no text of a stranger's can end it.
  const code = text.split('\n').map((line) => `    ${line}`);
  return [`${toProse(escapeText(assertion.name))}:`, '', ...code, ''];
}

function escapeMessage(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeMessage(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
