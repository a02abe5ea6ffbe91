import { Depth, isClosedAlone } from './json-depth.ts';
import { toCutPart, toLargePart, toPart, withPassed } from './json-part.ts';
import { type QuotedText, quoteOfJson } from './json-strings.ts';
import { JSON_START, LONGEST_JSON } from './lines.ts';
import { MOST_ROWS } from './open-part.ts';
import type { Part } from './part.ts';

/** `relay1 | CHANGED => `, `ok: [relay1] => ` of Ansible, before a document. */
const WHO = /^[^{\n]{0,200}? => (?=\{)/;
/** A line that may be of JSON, numbers and words of lists too. */
const MAY_BE_JSON = /^\s*(?:["{}[\],]|-?\d|true|false|null|$)/;
/** After so many lines that are none, an open bracket was no document. */
const MOST_OTHERS = 1000;
/** Lines of JSON of which so many are of nothing known are a log. */
const FEWEST_OF_A_LOG = 100;
/** What the open bracket is: a document that has not closed, lines of JSON, or one of the two of which no more is kept. */
type Stage = 'none' | 'document' | 'lines' | 'log' | 'too-large' | 'over';

export interface JsonSinks {
  readonly pass: (number: number, raw: string) => void;
  readonly skip: (number: number) => void;
  readonly readText: (quoted: QuotedText) => readonly Part[];
}

/**
 * Takes the JSON documents out of a text, line by line: from a line that begins with a bracket to the one where it closes, and
 * lines of JSON, one after the other. What does not close or is not a known document is passed on, line by line. Looks at each
 * character once or twice.
 */
export class JsonTaker {
  readonly #pass: JsonSinks['pass'];
  readonly #skip: JsonSinks['skip'];
  readonly #readText: JsonSinks['readText'];
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

  /** `skip` takes lines that nothing knows, `readText` reads what stands in strings. */
  constructor({ pass, skip, readText }: JsonSinks) {
    this.#pass = pass;
    this.#skip = skip;
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
      case 'log':
        // No row of a listing looks so: of a million of them none is looked at again.
        if (raw.startsWith('{') && raw.endsWith('}')) {
          this.#skip(this.#lines);
          return;
        }
        this.#stage = 'none';
        this.#begin(raw);
        return;
      case 'lines':
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
    return parts.map((part, at): Part => Object.assign({}, part, place, { lines: at === 0 ? lines : 0 }));
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
