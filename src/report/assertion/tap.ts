import { toJsonText } from '../../core/words/json.ts';
import type { Assertion, AssertionReport } from '../../core/model/assertion.ts';
import { explainDescriptors, sayAssertion, sayProcess } from './evidence.ts';

/**
 * Test Anything Protocol, version 14: a test point for each assertion, with a YAML block that says why it is not ok. What could
 * not be decided is not ok either.
 *
 * @see https://testanything.org/tap-version-14-specification.html
 */
export function renderTap(report: AssertionReport): string {
  const { assertions, notes } = report;
  const lines = ['TAP version 14', `# fdleak ${sayProcess(report)}`, `1..${assertions.length}`];
  for (const [at, assertion] of assertions.entries()) lines.push(...renderPoint(at + 1, assertion));
  for (const note of notes) lines.push(`# ${toLine(note)}`);
  return `${lines.join('\n')}\n`;
}

function renderPoint(number: number, assertion: Assertion): string[] {
  const { result, because, expected, found, descriptors } = assertion;
  const point = `${result === 'passed' ? 'ok' : 'not ok'} ${number} - ${escapeDescription(sayAssertion(assertion))}`;
  if (result === 'passed') return [point];
  const evidence = explainDescriptors(descriptors);
  return [
    point,
    '  ---',
    `  severity: ${result === 'failed' ? 'fail' : 'undecidable'}`,
    `  message: ${toJsonText(toLine(because))}`,
    `  expected: ${toJsonText(expected)}`,
    `  found: ${found ?? 'null'}`,
    ...(evidence.length === 0 ? [] : ['  descriptors:']),
    ...evidence.map((line) => `    - ${toJsonText(line.trim())}`),
    '  ...',
  ];
}

/** A `#` would begin a directive such as SKIP. */
function escapeDescription(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('#', String.raw`\#`);
}

function toLine(text: string): string {
  return text.replace(/[\r\n]+/g, ' ');
}
