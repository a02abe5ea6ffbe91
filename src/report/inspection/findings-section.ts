import type { Finding, Severity } from '../../core/model/finding.ts';
import type { Inspection } from '../../core/model/inspection.ts';
import { escapeText } from '../text/escape.ts';
import { renderHeading } from '../text/heading.ts';
import type { Paint, Style } from '../text/style.ts';
import { wrap } from '../text/width.ts';

const INDENT = 11;
const COLOURS = { error: 'red', warning: 'yellow', info: 'cyan' } as const satisfies Record<Severity, keyof Paint>;

/** Findings, worst first as they come: title, evidence, advice, the traps they were checked against. */
export function* renderFindings({ findings }: Inspection, style: Style): Generator<string> {
  if (findings.length === 0) return;
  yield renderHeading('Findings', style, 'more: fdleak explain <id>');
  let before = '';
  for (const finding of findings) {
    yield before;
    yield* renderFinding(finding, style);
    before = '\n';
  }
}

function* renderFinding(finding: Finding, { paint, columns }: Style): Generator<string> {
  const width = Math.max(20, columns - INDENT);
  const severity = paint[COLOURS[finding.severity]](finding.severity.padEnd(INDENT - 2));
  const [first = '', ...more] = wrap(escapeText(finding.title), width);
  yield `  ${severity}${paint.bold(first)}\n`;
  for (const line of more) yield indent(paint.bold(line));
  for (const fact of finding.evidence) yield* renderItem('- ', escapeText(fact), width);
  for (const line of finding.advice.split('\n')) yield* renderItem('> ', escapeText(line), width, paint.cyan);
  const checked = finding.checked.length === 0 ? '' : `; checked: ${finding.checked.join(', ')}`;
  yield* renderItem('', `${finding.id}${checked}`, width, paint.dim);
}

function* renderItem(
  mark: string,
  text: string,
  width: number,
  paint = (line: string): string => line,
): Generator<string> {
  let before = mark;
  for (const line of wrap(text, width - mark.length)) {
    yield indent(paint(before + line));
    before = ' '.repeat(mark.length);
  }
}

function indent(text: string): string {
  return `${' '.repeat(INDENT)}${text}\n`;
}
