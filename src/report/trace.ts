import { type BirthSite, isCutShort, type Trace } from '../core/model/trace.ts';
import type { TraceFrame } from '../core/model/birth.ts';
import { formatDuration } from '../core/parse/duration.ts';
import { formatFdNumbers } from '../core/words/fds.ts';
import { formatCount, formatNumber } from '../core/words/numbers.ts';
import { escapeText } from './text/escape.ts';
import type { Style } from './text/style.ts';
import { cutToWidth, wrap } from './text/width.ts';

const MOST_SITES = 5;
const MOST_FRAMES = 6;
const BEFORE_OWN = 3;

/** Where descriptors were made that stayed: a line each for who, how many and what, and the calls of the program. */
export function* renderTrace(trace: Trace, style: Style): Generator<string> {
  const { process, engine, tookMs, opened, stayed, sites } = trace;
  const { paint } = style;
  const word =
    stayed === 0 ? paint.green(paint.bold('NONE STAYED')) : paint.yellow(paint.bold(`${formatNumber(stayed)} STAYED`));
  yield `${word}  ${escapeText(process.comm)}   pid ${process.pid}   ${formatNumber(opened)} opened in ${formatDuration(tookMs)}   (${engine})\n`;
  for (const site of sites.slice(0, MOST_SITES)) yield* renderSite(site, style);
  if (sites.length > MOST_SITES) yield `\n  and ${sites.length - MOST_SITES} more places, in --json\n`;
  yield '\n';
  for (const remark of toRemarks(trace)) yield* renderText(remark, style, '  ');
}

function* renderSite({ call, opened, stayed, fds, places, at, frames }: BirthSite, style: Style): Generator<string> {
  const share = stayed === opened ? `${stayed} of ${opened} never closed` : `${stayed} of ${opened} still open`;
  const where = at === null ? '' : `, at ${sayFrame(at)}`;
  yield '\n';
  yield* renderText(style.paint.bold(escapeText(`${share}: ${call}${where}`)), style, '  ');
  for (const { what, where, count } of places.slice(0, 3))
    yield* renderText(escapeText(`${count} ${what}${where === null ? '' : ` ${where}`}`), style, '    ');
  yield* renderText(formatFdNumbers(fds), style, '    ');
  for (const frame of aroundOwn(frames, at)) {
    const mark = frame === at || (at !== null && isSame(frame, at)) ? '→' : ' ';
    const line = cutToWidth(`${mark} ${escapeText(sayFrame(frame))}`, style.columns - 4);
    yield `    ${mark === '→' ? style.paint.bold(line) : style.paint.dim(line)}\n`;
  }
}

/** The innermost calls; of a deep stack those around the program's own. */
function aroundOwn(frames: readonly TraceFrame[], at: TraceFrame | null): readonly TraceFrame[] {
  const own = at === null ? 0 : frames.findIndex((frame) => isSame(frame, at));
  const from = own < MOST_FRAMES - 1 ? 0 : own - BEFORE_OWN;
  return frames.slice(from, from + MOST_FRAMES);
}

function isSame(a: TraceFrame, b: TraceFrame): boolean {
  return a.function === b.function && a.offset === b.offset && a.address === b.address;
}

/** `open_c  relay.c:53`, `__open64  libc.so.6`. */
function sayFrame({ function: name, module, file, line, offset, address }: TraceFrame): string {
  const called = name ?? `0x${(offset ?? address ?? 0).toString(16)}`;
  if (file !== null) return `${called}  ${baseOf(file)}:${line ?? '?'}`;
  return module === null ? called : `${called}  ${baseOf(module)}`;
}

function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function* toRemarks(trace: Trace): Generator<string> {
  const { process, sites, stayed, unseen, isInterpreted, notes, runsOn } = trace;
  const isReached = sites.some(({ at }) => at !== null);
  if (stayed > 0 && !isReached && isInterpreted)
    yield `The calls come from the event loop or interpreter: no stack holds a call of the program. Who holds them: fdleak inspect ${process.pid} --stacks FILE (fdleak explain where)`;
  else if (isCutShort(trace))
    yield `The stacks end before the program's own calls: the program or its libraries have no frame pointers. Whole stacks, for 2 s at a tenth of its speed or less: fdleak trace ${process.pid} --engine strace --duration 2s`;
  if (stayed > 0) yield 'Open at the end is not leaked: a longer --duration tells more.';
  if (unseen.length > 0)
    yield escapeText(
      `${formatCount(unseen.length, 'descriptor')} appeared by no call that is seen (received over a socket, io_uring, or dropped): ${formatFdNumbers(unseen)}`,
    );
  for (const note of notes) yield escapeText(note);
  if (runsOn === null) yield 'The process has ended.';
  else
    yield runsOn
      ? 'The process runs on, untraced.'
      : `The process is still stopped or traced: kill -CONT ${process.pid}`;
}

function* renderText(text: string, { columns }: Style, indent: string): Generator<string> {
  for (const line of wrap(text, columns - indent.length)) yield `${indent}${line}\n`;
}
