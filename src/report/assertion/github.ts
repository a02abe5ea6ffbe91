import type { Assertion, AssertionReport } from '../../core/model/assertion.ts';
import { explainDescriptors, sayAssertion, sayProcess } from './evidence.ts';
import { OWN_ANNOTATION } from '../text/escape.ts';

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

function escapeMessage(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeMessage(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
