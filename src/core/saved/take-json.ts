import { closeCut } from './cut-json.ts';
import { type QuotedText, quoteOfJson } from './json-strings.ts';
import { JSON_TEXT } from './formats/json.ts';
import { JSON_START, LONGEST_JSON } from './lines.ts';
import { MOST_ROWS } from './open-part.ts';
import type { Part } from './part.ts';
import { toRefusal } from './refusals.ts';

/** `relay1 | CHANGED => `, `ok: [relay1] => ` of Ansible, before a document. */
const WHO = /^[^{\n]{0,200}? => (?=\{)/;
/** A line that may be of JSON: a prompt or another listing ends what was cut. */
const FRAGMENT = /^\s*(?:["{}[\],]|$)/;
/** The same, with the numbers and words of lists. */
const MAY_BE_JSON = /^\s*(?:["{}[\],]|-?\d|true|false|null|$)/;
/** After so many lines that are none, an open bracket was no document. */
const MOST_OTHERS = 1000;
/** Lines of JSON of which so many are of nothing known are a log. */
const FEWEST_OF_A_LOG = 100;
/** Documents nest less. */
const DEEPEST = 1000;

/** What the open bracket is: a document that has not closed, lines of JSON, or one of the two of which no more is kept. */
type Stage = 'none' | 'document' | 'lines' | 'log' | 'too-large' | 'over';

/**
 * Takes the JSON documents out of a text, line by line: from a line that begins with a bracket to the one where it closes, and
 * lines of JSON, one after the other. What does not close or is no known document is passed on, line by line. Looks at each
 * character once or twice.
 */
export class JsonTaker {
  readonly #pass: (number: number, raw: string) => void;
  readonly #readText: (quoted: QuotedText) => readonly Part[];
  readonly #parts: Part[] = [];
  readonly #depth = new Depth();
  #stage: Stage = 'none';
  #gathered: string[] = [];
  #first = 0;
  #chars = 0;
  #others = 0;
  /** Lines of JSON that were counted only. */
  #passed = 0;
  #lines = 0;

  /** `readText` reads what stands in strings. */
  constructor(pass: (number: number, raw: string) => void, readText: (quoted: QuotedText) => readonly Part[]) {
    this.#pass = pass;
    this.#readText = readText;
  }

  get parts(): readonly Part[] {
    return this.#parts;
  }

  /** How many lines there were. */
  get lines(): number {
    return this.#lines;
  }

  take(raw: string): void {
    this.#lines += 1;
    switch (this.#stage) {
      case 'document':
      case 'too-large':
        this.#goOn(raw);
        return;
      case 'lines':
      case 'log':
        if (JSON_START.test(raw) && isClosedAlone(raw)) this.#takeLine(raw);
        else {
          this.#finish();
          this.#begin(raw);
        }
        return;
      case 'none':
        this.#begin(raw);
        return;
      case 'over':
        this.#pass(this.#lines, raw);
    }
  }

  end(): void {
    if (this.#stage === 'document') this.#finishCut();
    else this.#finish();
  }

  #begin(raw: string): void {
    if (!JSON_START.test(raw)) {
      this.#pass(this.#lines, raw);
      return;
    }
    this.#first = this.#lines;
    this.#gathered = [];
    this.#chars = 0;
    this.#others = 0;
    this.#passed = 0;
    this.#depth.reset();
    this.#stage = 'document';
    this.#goOn(raw);
  }

  #goOn(raw: string): void {
    this.#depth.take(raw);
    if (!MAY_BE_JSON.test(raw)) this.#others += 1;
    if (this.#stage === 'document') this.#gather(raw);
    if (this.#depth.isClosed && this.#gathered.length === 1) this.#stage = 'lines';
    // Of a line as long as that the end is not known.
    else if (this.#depth.isClosed || raw.length >= LONGEST_JSON) this.#finish();
    else if (this.#others > MOST_OTHERS || this.#depth.isTooDeep) this.#finishCut();
  }

  #gather(raw: string): void {
    this.#gathered.push(raw);
    this.#chars += raw.length;
    if (this.#chars < LONGEST_JSON) return;
    this.#gathered = [];
    this.#stage = 'too-large';
  }

  #takeLine(raw: string): void {
    if (this.#stage === 'log') {
      this.#pass(this.#lines, raw);
      return;
    }
    if (this.#gathered.length >= MOST_ROWS || this.#chars + raw.length > LONGEST_JSON) {
      this.#passed += 1;
      return;
    }
    this.#gathered.push(raw);
    this.#chars += raw.length;
    if (this.#gathered.length !== FEWEST_OF_A_LOG || this.#read().length > 0) return;
    this.#passOn(this.#gathered, this.#first);
    this.#stage = 'log';
  }

  /** What is gathered has an end. */
  #finish(): void {
    const lines = this.#gathered;
    if (this.#stage === 'too-large') this.#parts.push(toLargePart(this.#first, this.#lines));
    if (this.#stage === 'document' || this.#stage === 'lines') {
      const [part, ...others] = this.#read();
      if (part === undefined) this.#passOn(lines, this.#first);
      else this.#parts.push(this.#passed === 0 ? part : withPassed(part, this.#passed), ...others);
    }
    this.#forget('none');
  }

  /** What is gathered: a document that is known, else the listings that stand in its strings. */
  #read(): readonly Part[] {
    const known = toPart(this.#gathered, this.#first);
    if (known !== null) return [known];
    const quoted = quoteOfJson(this.#gathered.join('\n').replace(WHO, ''));
    const parts = quoted === null ? [] : this.#readText(quoted);
    const lines = this.#gathered.length;
    const place = { firstLine: this.#first, lastLine: this.#first + lines - 1 };
    return parts.map((part, at) => ({ ...part, ...place, lines: at === 0 ? lines : 0 }));
  }

  /** What does not close was cut: it swallows the rest, and nothing after it is tried again. */
  #finishCut(): void {
    const lines = this.#gathered;
    const cut = this.#stage === 'document' && !this.#depth.isTooDeep ? toCutPart(lines, this.#first) : null;
    if (this.#stage === 'too-large') this.#parts.push(toLargePart(this.#first, this.#lines));
    else if (cut === null) this.#passOn(lines, this.#first);
    else {
      this.#parts.push(cut);
      this.#passOn(lines.slice(cut.lines), cut.lastLine + 1);
    }
    this.#forget('over');
  }

  #forget(stage: 'none' | 'over'): void {
    this.#gathered = [];
    this.#stage = stage;
  }

  #passOn(lines: readonly string[], first: number): void {
    for (const [at, line] of lines.entries()) this.#pass(first + at, line);
  }
}

function isClosedAlone(line: string): boolean {
  const depth = new Depth();
  depth.take(line);
  return depth.isClosed;
}

/** Counts brackets outside of strings. */
class Depth {
  #depth = 0;

  take(line: string): void {
    let inString = false;
    for (let at = 0; at < line.length; at++) {
      const code = line.charCodeAt(at);
      if (inString) {
        if (code === BACKSLASH) at += 1;
        else if (code === QUOTE) inString = false;
      } else if (code === QUOTE) inString = true;
      else if (code === OPEN_OBJECT || code === OPEN_LIST) this.#depth += 1;
      else if (code === CLOSE_OBJECT || code === CLOSE_LIST) this.#depth -= 1;
    }
    // JSON has no line breaks in strings: what a paste breaks there is no JSON any more.
  }

  reset(): void {
    this.#depth = 0;
  }

  get isClosed(): boolean {
    return this.#depth <= 0;
  }

  get isTooDeep(): boolean {
    return this.#depth > DEEPEST;
  }
}

const [QUOTE, BACKSLASH, OPEN_OBJECT, CLOSE_OBJECT, OPEN_LIST, CLOSE_LIST] = [0x22, 0x5c, 0x7b, 0x7d, 0x5b, 0x5d];

/** A document of which the end is missing: up to its last whole object, and closed there. */
function toCutPart(lines: readonly string[], first: number): Part | null {
  let last = 0;
  while (last + 1 < lines.length && FRAGMENT.test(lines[last + 1] ?? '')) last += 1;
  const closed = closeCut(lines.slice(0, last + 1));
  const part = closed === null ? null : toPart(closed, first);
  if (part === null) return null;
  const place = { lastLine: first + last, lines: last + 1 };
  return { ...part, ...place, isWhole: false, partial: [...part.partial, 'the JSON was cut: its end is missing'] };
}

function toPart(lines: readonly string[], first: number): Part | null {
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

function withPassed(part: Part, passed: number): Part {
  const because = `${passed} rows were counted, not read: only the first ${part.lines} are`;
  const place = { lastLine: part.lastLine + passed, lines: part.lines + passed };
  return { ...part, ...place, isWhole: false, partial: [...part.partial, because] };
}

function toLargePart(firstLine: number, lastLine: number): Part {
  const { tool, pids, partial, content } = toRefusal(
    'json',
    `a JSON document of more than ${LONGEST_JSON >> 20} MiB is not read`,
    'save one process alone, or a table: lsof -nP -p PID',
  );
  const place = { firstLine, lastLine, lines: lastLine - firstLine + 1 };
  return { tool, ...place, command: null, pids, askedPids: [], isWhole: false, partial, content };
}
