import type { StackMatch } from '../../core/model/holders.ts';
import type { Inspection } from '../../core/model/inspection.ts';
import type { Frame } from '../../core/model/stacks.ts';
import { findOwnFrame, toPlaceName } from '../../core/parse/stacks/stacks.ts';
import { escapeText } from '../text/escape.ts';
import { renderHeading } from '../text/heading.ts';
import type { Style } from '../text/style.ts';
import { cutToWidth, wrap } from '../text/width.ts';
import { sayGrowing, sayMatch, sayRead, saySureness } from './holders-words.ts';

const MOST_MATCHES = 3;
const MOST_FRAMES = 4;
const MOST_READS = 3;

/** Who holds the descriptors, by stacks: the likeliest with its calls, the program's own marked; a line for each of the next ones. */
export function* renderHolders({ stacks }: Pick<Inspection, 'stacks'>, style: Style): Generator<string> {
  if (stacks === null) return;
  const { reads, matches, growing, because } = stacks;
  yield renderHeading('Held by', style);
  for (const [at, match] of matches.slice(0, MOST_MATCHES).entries()) {
    yield* renderText(escapeText(sayMatch(match)), style, '  ');
    yield* renderText(saySureness(match), style, '    ');
    if (at === 0) yield* renderFrames(match, style);
  }
  if (matches.length > MOST_MATCHES) yield `  and ${matches.length - MOST_MATCHES} more, in --json\n`;
  if (because !== null) yield* renderText(`No match: ${escapeText(because)}.`, style, '  ');
  if (reads.every((read) => read.because !== null)) yield '  How to take a dump of stacks: fdleak explain where\n';
  if (matches.length === 0 || growing.length > matches.length)
    for (const one of growing) yield* renderText(escapeText(sayGrowing(one)), style, '  ');
  const told = reads.filter((read) => read.because !== null || matches.length === 0);
  for (const read of (told.length === 0 ? reads : told).slice(0, MOST_READS))
    yield* renderText(style.paint.dim(escapeText(sayRead(read))), style, '  ');
}

/** Around the first call of the program: what it waits in, and who called it. */
function* renderFrames({ frames }: StackMatch, { paint, columns }: Style): Generator<string> {
  const own = findOwnFrame(frames);
  const from = Math.max(0, (own === null ? 0 : frames.indexOf(own)) - 1);
  for (const frame of frames.slice(from, from + MOST_FRAMES)) {
    const mark = frame === own ? '→' : ' ';
    const line = cutToWidth(`${mark} ${escapeText(sayFrame(frame))}`, columns - 4);
    yield `    ${frame === own ? paint.bold(line) : paint.dim(line)}\n`;
  }
}

/** `relay.go:199  hub.(*relay).serve.func3`: the path of a package says little, and is long. */
function sayFrame(frame: Frame): string {
  const name = frame.function.slice(frame.function.lastIndexOf('/') + 1);
  return frame.file === null ? name : `${toPlaceName(frame)}  ${name}`;
}

function* renderText(text: string, { columns }: Style, indent: string): Generator<string> {
  for (const line of wrap(text, columns - indent.length - 2)) yield `${indent}${line}\n`;
}
