import { JSON_TEXT } from './formats/json.ts';
import type { SavedLine } from './lines.ts';
import type { Part } from './part.ts';

/** A line that JSON may begin with. */
const START = /^\s*(?:\{|\[)\s*(?:$|["{[])/;
const ANYWHERE = /^[^\S\n]*[[{][^\S\n]*(?:$|["{[])/m;

export interface TakenJson {
  /** The text with empty lines in place of its JSON. */
  readonly rest: string;
  readonly parts: readonly Part[];
}

/**
 * Takes the JSON documents out of a text: from a line that begins with a bracket to the one where it closes, and lines of
 * JSON, one after the other. What does not close or is no known document stays. Looks at each character once or twice.
 */
export function takeJson(text: string): TakenJson {
  if (!ANYWHERE.test(text)) return { rest: text, parts: [] };
  const lines = text.split('\n');
  const parts: Part[] = [];
  let at = 0;
  while (at < lines.length) {
    const end = START.test(lines[at] ?? '') ? findEnd(lines, at) : null;
    // What does not close was cut: it swallows the rest, and nothing after it is tried again.
    if (end === 'open') {
      const part = toCutPart(lines, at);
      if (part !== null) {
        parts.push(part);
        lines.fill('', at, part.lastLine);
      }
      break;
    }
    if (end === null) {
      at += 1;
      continue;
    }
    const part = toPart(lines, at, end);
    if (part !== null) {
      parts.push(part);
      lines.fill('', at, end + 1);
    }
    at = end + 1;
  }
  return { rest: parts.length === 0 ? text : lines.join('\n'), parts };
}

/** The line where the document closes, with the documents of one line that follow it. */
function findEnd(lines: readonly string[], start: number): number | 'open' {
  let end = findClose(lines, start);
  if (end !== start) return end;
  while (end + 1 < lines.length && START.test(lines[end + 1] ?? '') && findClose(lines, end + 1) === end + 1) end += 1;
  return end;
}

function findClose(lines: readonly string[], start: number): number | 'open' {
  const depth = new Depth();
  for (let at = start; at < lines.length; at++) {
    depth.take(lines[at] ?? '');
    if (depth.isClosed) return at;
  }
  return 'open';
}

/** Counts brackets outside of strings. */
class Depth {
  #depth = 0;
  #inString = false;

  take(line: string): void {
    for (let at = 0; at < line.length; at++) {
      const char = line[at];
      if (this.#inString) {
        if (char === '\\') at += 1;
        else if (char === '"') this.#inString = false;
      } else if (char === '"') this.#inString = true;
      else if (char === '{' || char === '[') this.#depth += 1;
      else if (char === '}' || char === ']') this.#depth -= 1;
    }
    // JSON has no line breaks in strings: what a paste breaks there is no JSON any more.
    this.#inString = false;
  }

  get isClosed(): boolean {
    return this.#depth <= 0;
  }
}

/** A line that may be of JSON: a prompt or another listing ends what was cut. */
const FRAGMENT = /^\s*(?:["{}[\],]|$)/;

/** A document of which the end is missing: up to its last whole object, and closed there. */
function toCutPart(lines: readonly string[], first: number): Part | null {
  let last = first;
  while (last + 1 < lines.length && FRAGMENT.test(lines[last + 1] ?? '')) last += 1;
  const closed = closeCut(lines.slice(first, last + 1));
  const part = closed === null ? null : toPart(closed, 0, closed.length - 1);
  if (part === null) return null;
  const place = { firstLine: first + 1, lastLine: last + 1, lines: last - first + 1 };
  return { ...part, ...place, isWhole: false, partial: [...part.partial, 'the JSON was cut: its end is missing'] };
}

/** Cuts text behind its last whole object, and adds the brackets that are open there; null where there is none. */
function closeCut(lines: readonly string[]): readonly string[] | null {
  const open: string[] = [];
  let found: { readonly line: number; readonly column: number; readonly closers: string } | null = null;
  for (const [line, text] of lines.entries()) {
    let inString = false;
    for (let at = 0; at < text.length; at++) {
      const char = text.charAt(at);
      if (inString && char === '\\') at += 1;
      else if (char === '"') inString = !inString;
      else if (inString) continue;
      else if (char === '{') open.push('}');
      else if (char === '[') open.push(']');
      else if (char === '}' || char === ']') {
        open.pop();
        if (char === '}') found = { line, column: at + 1, closers: open.toReversed().join('') };
      }
    }
  }
  if (found === null) return null;
  const { line, column, closers } = found;
  return [...lines.slice(0, line), (lines[line] ?? '').slice(0, column) + closers];
}

function toPart(lines: readonly string[], first: number, last: number): Part | null {
  const saved: SavedLine[] = [];
  for (let at = first; at <= last; at++) saved.push({ number: at + 1, text: (lines[at] ?? '').replace(/^\uFEFF/, '') });
  const reading = JSON_TEXT.read(saved, null);
  if (reading === null) return null;
  return {
    tool: reading.tool,
    firstLine: first + 1,
    lastLine: last + 1,
    lines: last - first + 1,
    command: null,
    pids: reading.pids,
    askedPids: [],
    isWhole: true,
    partial: reading.partial,
    content: reading.content,
  };
}
