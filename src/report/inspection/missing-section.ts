import type { ParseFault } from '../../core/model/fault.ts';
import type { Inspection } from '../../core/model/inspection.ts';
import { escapeText } from '../text/escape.ts';
import { renderHeading } from '../text/heading.ts';
import type { Style } from '../text/style.ts';
import { wrap } from '../text/width.ts';
import { formatCount } from '../../core/words/numbers.ts';

const FAULTS_SHOWN = 3;

/** What was not to be had, why, and what would make it so; and input that did not fit its format. */
export function* renderMissing({ capability, faults }: Inspection, style: Style): Generator<string> {
  if (capability.missing.length > 0) yield renderHeading('Not seen', style, `level ${capability.level}`);
  for (const { what, because, remedy } of capability.missing) {
    const [first = '', ...more] = wrap(`${escapeText(what)}: ${escapeText(because)}`, style.columns - 4);
    yield `  ${first}\n`;
    for (const line of more) yield `    ${line}\n`;
    for (const line of wrap(escapeText(remedy), style.columns - 6)) yield `    ${style.paint.cyan(`> ${line}`)}\n`;
  }
  if (faults.length > 0) yield* renderFaults(faults, style);
}

function* renderFaults(faults: readonly ParseFault[], style: Style): Generator<string> {
  yield renderHeading('Input that did not fit', style, formatCount(faults.length, 'value'));
  for (const fault of faults.slice(0, FAULTS_SHOWN)) {
    for (const line of wrap(sayFault(fault), style.columns - 2)) yield `  ${line}\n`;
  }
  if (faults.length > FAULTS_SHOWN) yield `  and ${faults.length - FAULTS_SHOWN} more, in --json\n`;
}

/** `proc-net-tcp6 line 812, inode: "x"`. */
export function sayFault({ source, line, field, found }: ParseFault): string {
  return `${source} line ${line}, ${field}: "${escapeText(found)}"`;
}
