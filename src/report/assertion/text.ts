import type { Assertion, AssertionReport, AssertionResult } from '../../core/model/assertion.ts';
import { formatDuration } from '../../core/parse/duration.ts';
import { explainDescriptors, sayAssertion, sayProcess } from './evidence.ts';
import { escapeText } from '../text/escape.ts';
import { type Paint, PLAIN } from '../text/style.ts';
import { formatCount, orUnknown } from '../../core/words/numbers.ts';

const WORDS = {
  passed: { word: 'pass', colour: 'green' },
  failed: { word: 'FAIL', colour: 'red' },
  undecidable: { word: '????', colour: 'yellow' },
} as const satisfies Record<AssertionResult, { word: string; colour: keyof Paint }>;

const INDENT = ' '.repeat(6);

/** The report for people: what was expected, what was found, which descriptors and why. */
export function renderAssertionText(report: AssertionReport, paint: Paint = PLAIN): string {
  const lines = [toHeadline(report, paint)];
  for (const assertion of report.assertions) lines.push(...renderOne(assertion, paint));
  for (const note of report.notes) lines.push(paint.dim(`note  ${escapeText(note)}`));
  return `${lines.join('\n')}\n`;
}

function toHeadline(report: AssertionReport, paint: Paint): string {
  const { assertions, open, soft, settledAfterMs } = report;
  const failed = count(assertions, 'failed');
  const undecidable = count(assertions, 'undecidable');
  const parts = [
    failed > 0 ? paint.red(`${failed} of ${formatCount(assertions.length, 'assertion')} failed`) : '',
    undecidable > 0 ? paint.yellow(`${undecidable} of ${assertions.length} could not be decided`) : '',
    report.passed ? paint.green(`${formatCount(assertions.length, 'assertion')} passed`) : '',
  ];
  const outcome = parts.filter((part) => part !== '').join(', ');
  const waited = settledAfterMs < 50 ? '' : `, after ${formatDuration(settledAfterMs)}`;
  return `${sayProcess(report)}: ${outcome}; ${orUnknown(open)} of ${orUnknown(soft)} descriptors open${waited}`;
}

function renderOne(assertion: Assertion, paint: Paint): string[] {
  const { word, colour } = WORDS[assertion.result];
  const lines = [`${paint[colour](word)}  ${sayAssertion(assertion)}`];
  if (assertion.result === 'passed') return lines;
  lines.push(`${INDENT}${escapeText(assertion.because)}`);
  for (const line of explainDescriptors(assertion.descriptors)) lines.push(`${INDENT}${line}`);
  return lines;
}

function count(assertions: readonly Assertion[], result: AssertionResult): number {
  return assertions.filter((one) => one.result === result).length;
}
