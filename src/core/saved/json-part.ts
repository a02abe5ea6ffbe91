import { closeCut } from './cut-json.ts';
import { JSON_TEXT } from './formats/json.ts';
import { LONGEST_JSON } from './lines.ts';
import type { Part } from './part.ts';
import { toRefusal } from './refusals.ts';

/** A line that may be of JSON: a prompt or another listing ends what was cut. */
const FRAGMENT = /^\s*(?:["{}[\],]|$)/;
/** A document of which the end is missing: up to its last whole object, and closed there. */
export function toCutPart(lines: readonly string[], first: number): Part | null {
  let last = 0;
  while (last + 1 < lines.length && FRAGMENT.test(lines[last + 1] ?? '')) last += 1;
  const closed = closeCut(lines.slice(0, last + 1));
  const part = closed === null ? null : toPart(closed, first);
  if (part === null) return null;
  const place = { lastLine: first + last, lines: last + 1 };
  return { ...part, ...place, isWhole: false, partial: [...part.partial, 'the JSON was cut: its end is missing'] };
}

export function toPart(lines: readonly string[], first: number): Part | null {
  const saved = lines.map((line, at) => ({ number: first + at, text: line.replace(/^\uFEFF/, '') }));
  const reading = JSON_TEXT.read(saved, null);
  if (reading === null) return null;
  return {
    tool: reading.tool,
    firstLine: first,
    lastLine: first + lines.length - 1,
    lines: lines.length,
    command: null,
    pids: reading.pids,
    askedPids: [],
    isWhole: true,
    partial: reading.partial,
    content: reading.content,
  };
}

/** The part, with so many rows after it that were counted and not read. */
export function withPassed(part: Part, passed: number): Part {
  const because = `${passed} rows were counted, not read: only the first ${part.lines} are`;
  const place = { lastLine: part.lastLine + passed, lines: part.lines + passed };
  return { ...part, ...place, isWhole: false, partial: [...part.partial, because] };
}

/** What stands for a document that is too large to be read. */
export function toLargePart(firstLine: number, lastLine: number): Part {
  const { tool, pids, partial, content } = toRefusal(
    'json',
    `a JSON document of more than ${LONGEST_JSON >> 20} MiB is not read`,
    'save one process alone, or a table: lsof -nP -p PID',
  );
  const place = { firstLine, lastLine, lines: lastLine - firstLine + 1 };
  return { tool, ...place, command: null, pids, askedPids: [], isWhole: false, partial, content };
}
