import type { Assertion, AssertionReport, AssertionResult } from '../../core/model/assertion.ts';
import { explainDescriptors, sayProcess } from './evidence.ts';
import { escapeText } from '../text/escape.ts';
import { toProse, toRow } from '../text/markdown-escape.ts';

const MARKS = { passed: 'pass', failed: '**fail**', undecidable: '**undecided**' } as const satisfies Record<
  AssertionResult,
  string
>;

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
