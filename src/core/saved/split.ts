import type { SavedFormat } from './format.ts';
import { formatsOf } from './formats/index.ts';
import { LONGEST_LINE, type SavedLine, toPlainLine } from './lines.ts';
import { WATCHED } from './cut-ports.ts';
import { ShownEnds } from './shown-ends.ts';
import { LineNumbers } from './line-numbers.ts';
import { keep, type OpenPart, type RawPart } from './open-part.ts';
import { parseNoise } from './noise.ts';
import { findPrefixes, type TakePrefix } from './prefix.ts';
import {
  parseBareCommand,
  parseFileHeader,
  parseLoopHeader,
  parsePrompt,
  parseWatchHeader,
  type ShownCommand,
} from './prompt.ts';

export interface Split {
  readonly parts: readonly RawPart[];
  /** Lines outside of any part that nothing knew. */
  readonly unrecognised: LineNumbers;
}

/** A part keeps so many strays: more of them are not the halves of wrapped rows. */
const MOST_STRAYS = 10_000;

/** A log of a million lines has a prefix on each, and no rows: it is not looked for that often. */
const MOST_PREFIXES = 20_000;

/** After so many lines of no listing what is chatter beside one is not told from the rest any more. */
const MOST_OTHERS = 20_000;
const NOT_BLANK = /\S/;

/** The first half of a row that a terminal broke before it looks like one: of netstat, ss, ls. */
const HALF =
  /^\s*(?:\d+: [0-9A-F]{32}:|(?:tcp|udp|raw|unix)[46]?\s+\d|l[-rwxsStT]{9}[.+@]?\s|(?:LISTEN|ESTAB|CLOSE-WAIT|COMMAND)\s)/;
/** Windows are not narrower. */
const SHORTEST_HALF = 39;

/**
 * Parts a text by what its lines look like: headings and rows begin a listing, rows go on with it, a prompt or the
 * heading of another ends it. Blank lines, chatter and what nothing knows end nothing. One pass over the text.
 */
export class Splitter {
  readonly #parts: OpenPart[] = [];
  readonly #unrecognised = new LineNumbers();
  readonly #ends = new ShownEnds();
  #open: OpenPart | null = null;
  #shown: ShownCommand | null;
  readonly #wanted: string | null;
  #pending: string | null = null;
  #prefixesLeft = MOST_PREFIXES;
  /** Lines since the last one of a listing. */
  #others = 0;
  /** The last line that nothing knew, and may be half of a row. */
  #half: { readonly line: SavedLine; readonly drop: () => void } | null = null;

  constructor(hint: ShownCommand | null, wanted: number | null) {
    this.#shown = hint;
    this.#wanted = wanted === null ? null : `${wanted}`;
  }

  /** Takes the next line, as it stands in the text. */
  take(number: number, raw: string): void {
    const text = this.#ends.take(toPlainLine(raw.length > LONGEST_LINE ? raw.slice(0, LONGEST_LINE) : raw));
    if (!NOT_BLANK.test(text)) return;
    const line = { number, text };
    if (this.#takeNext(line) || this.#takeCommand(text) || this.#takeRow(line, null)) return;
    if (!this.#takePrefixed(line)) this.#takeOther(line);
  }

  /** A line that is known to be of nothing. */
  skip(number: number): void {
    this.#unrecognised.add(number);
  }

  #takePrefixed(line: SavedLine): boolean {
    if (this.#prefixesLeft === 0) return false;
    for (const { take, rest } of findPrefixes(line.text)) {
      if (rest.trim() === '' || this.#takeRow({ ...line, text: rest }, take)) return true;
      this.#prefixesLeft -= 1;
      if (this.#prefixesLeft === 0) break;
    }
    return false;
  }

  /** The next row of the listing that is open, at the least cost. */
  #takeNext(line: SavedLine): boolean {
    const open = this.#open;
    if (open === null) return false;
    const text = open.takePrefix === null ? line.text : (open.takePrefix(line.text) ?? line.text);
    if (open.format.isLoose === true && open.format.isSure?.(text) !== true) return false;
    if (!this.#goesOn(open, text)) return false;
    keep(open, open.takePrefix === null ? line : { ...line, text }, this.#wanted);
    return true;
  }

  /** Takes a line that begins a listing or goes on with the open one. */
  #takeRow(found: SavedLine, prefix: TakePrefix | null): boolean {
    const open = this.#open;
    // What stands before each of its lines may look like a cell.
    const rest = prefix === null ? (open?.takePrefix?.(found.text) ?? null) : null;
    const line = rest === null ? found : { ...found, text: rest };
    const { text } = line;
    const begun = this.#findBegun(line);
    if (begun !== undefined) this.#others = 0;
    if (begun !== undefined && (open === null || begun !== open.format || begun.isHeading(text)))
      this.#begin(begun, line, prefix);
    else if (open !== null && open.format.continues(text)) keep(open, line, this.#wanted);
    else if (begun !== undefined) this.#begin(begun, line, prefix);
    else return false;
    return true;
  }

  end(): Split {
    return {
      parts: this.#parts.map((part) => ({ ...part, partial: [...part.partial] })),
      unrecognised: this.#unrecognised,
    };
  }

  /** A second heading begins another listing, unless nothing stands under the first. */
  #goesOn({ format, lines }: OpenPart, text: string): boolean {
    if (format.isHeading(text)) return lines.every((line) => format.isHeading(line.text)) && lines.length < 4;
    return format.continues(text);
  }

  #takeCommand(text: string): boolean {
    const watched = parseWatchHeader(text);
    const shown = watched ?? parseFileHeader(text) ?? parseLoopHeader(text, this.#shown) ?? parsePrompt(text);
    if (shown === null) return false;
    this.#open = null;
    this.#shown = shown.command === '' ? null : shown;
    this.#pending = watched === null ? null : WATCHED;
    return true;
  }

  #begin(format: SavedFormat, line: SavedLine, takePrefix: TakePrefix | null): void {
    const partial = new Set(this.#pending === null ? [] : [this.#pending]);
    const nothing = {
      lines: [],
      strays: [],
      glued: 0,
      kept: new Map<string, number>(),
      passed: 0,
      lastPassed: 0,
      others: 0,
      firstOwner: null,
    };
    const open = { format, shown: this.#shown, partial, takePrefix, ...nothing, firstLine: line.number };
    keep(open, line, this.#wanted);
    this.#open = open;
    this.#parts.push(open);
    this.#pending = null;
  }

  #takeOther(line: SavedLine): void {
    this.#others += 1;
    const noise = this.#others > MOST_OTHERS ? null : parseNoise(line.text);
    const open = this.#open;
    const command = noise === null ? parseBareCommand(line.text) : null;
    if (command !== null) {
      this.#open = null;
      this.#shown = command;
      return;
    }
    if (noise !== null) {
      if (noise.partial !== null && open !== null) open.partial.add(noise.partial);
      else if (noise.partial !== null) this.#pending = noise.partial;
      return;
    }
    if (!this.#takeHalf(line)) this.#leave(line);
  }

  #findBegun({ number, text }: SavedLine): SavedFormat | undefined {
    const open = this.#open;
    const last = open?.format.mayWrap === true ? open.lines.at(-1) : undefined;
    const isUnderRow = last?.number === number - 1 || this.#half?.line.number === number - 1;
    return formatsOf(text).find(
      (format) => format.starts(text, this.#shown) && !(isUnderRow && format.isWeak === true),
    );
  }

  #leave(line: SavedLine): void {
    const open = this.#open;
    const isStray = open !== null && open.format.mayWrap && open.strays.length < MOST_STRAYS;
    if (isStray) open.strays.push({ after: open.lines.length - 1, line });
    else this.#unrecognised.add(line.number);
    const isHalf = line.text.length >= SHORTEST_HALF && HALF.test(line.text);
    const drop = () => void (isStray ? open.strays.pop() : this.#unrecognised.dropLast());
    this.#half = isHalf ? { line, drop } : null;
  }

  /** The second half of a row, of which the first stood on the line before and was none by itself. */
  #takeHalf({ number, text }: SavedLine): boolean {
    const half = this.#half;
    if (half === null || half.line.number !== number - 1) return false;
    for (const glued of [half.line.text + text, `${half.line.text} ${text}`]) {
      if (!this.#takeRow({ number, text: glued, isGlued: true }, null)) continue;
      half.drop();
      this.#half = null;
      const open = this.#open;
      if (open === null) return true;
      open.glued += 1;
      if (open.lines.length === 1) open.firstLine = half.line.number;
      return true;
    }
    return false;
  }
}
