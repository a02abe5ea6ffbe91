import type { SavedFormat } from './format.ts';
import { SAVED_FORMATS } from './formats/index.ts';
import { type SavedLine, toLines } from './lines.ts';
import { parseNoise } from './noise.ts';
import { parseBareCommand, parsePrompt, parseWatchHeader, type ShownCommand } from './prompt.ts';

/** The lines of one listing, before they are read. */
export interface RawPart {
  readonly format: SavedFormat;
  readonly lines: readonly SavedLine[];
  /** Lines that nothing knew, each with the index in `lines` after which it stood. */
  readonly strays: readonly Stray[];
  readonly shown: ShownCommand | null;
  readonly partial: readonly string[];
}

export interface Stray {
  readonly after: number;
  readonly line: SavedLine;
}

export interface Split {
  readonly parts: readonly RawPart[];
  /** How many lines the text has. */
  readonly lines: number;
  /** Lines outside of any part that nothing knew. */
  readonly unrecognised: readonly SavedLine[];
}

/** A part keeps so many strays: more of them are not the halves of wrapped rows. */
const MOST_STRAYS = 10_000;

interface OpenPart {
  readonly format: SavedFormat;
  readonly lines: SavedLine[];
  readonly strays: Stray[];
  readonly shown: ShownCommand | null;
  readonly partial: Set<string>;
}

/**
 * Parts a text by what its lines look like: headings and rows begin a listing, rows go on with it, a prompt or the
 * heading of another ends it. Blank lines, chatter and what nothing knows end nothing. One pass over the text.
 */
export function splitParts(text: string, hint: ShownCommand | null): Split {
  const splitter = new Splitter(hint);
  for (const line of toLines(text)) splitter.take(line);
  return splitter.end();
}

class Splitter {
  readonly #parts: OpenPart[] = [];
  readonly #unrecognised: SavedLine[] = [];
  #open: OpenPart | null = null;
  #shown: ShownCommand | null;
  #pending: string | null = null;
  #lines = 0;

  constructor(hint: ShownCommand | null) {
    this.#shown = hint;
  }

  take(line: SavedLine): void {
    this.#lines += 1;
    const { text } = line;
    const open = this.#open;
    if (text === '' || text.trim() === '') return;
    if (open !== null && open.format.isLoose !== true && this.#goesOn(open, text)) {
      open.lines.push(line);
      return;
    }
    if (this.#takeCommand(text)) return;
    const begun = SAVED_FORMATS.find((format) => format.starts(text, this.#shown));
    if (begun !== undefined && (open === null || begun !== open.format || begun.isHeading(text)))
      this.#begin(begun, line);
    else if (open !== null && open.format.continues(text)) open.lines.push(line);
    else if (begun !== undefined) this.#begin(begun, line);
    else this.#takeOther(line);
  }

  end(): Split {
    return {
      parts: this.#parts.map((part) => ({ ...part, partial: [...part.partial] })),
      lines: this.#lines,
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
    const shown = watched ?? parsePrompt(text);
    if (shown === null) return false;
    this.#open = null;
    this.#shown = shown.command === '' ? null : shown;
    this.#pending = watched === null ? null : 'watch(1) cut the rows to its window';
    return true;
  }

  #begin(format: SavedFormat, line: SavedLine): void {
    const partial = new Set(this.#pending === null ? [] : [this.#pending]);
    this.#open = { format, lines: [line], strays: [], shown: this.#shown, partial };
    this.#parts.push(this.#open);
    this.#pending = null;
  }

  #takeOther(line: SavedLine): void {
    const noise = parseNoise(line.text);
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
    if (open !== null && open.format.mayWrap && open.strays.length < MOST_STRAYS)
      open.strays.push({ after: open.lines.length - 1, line });
    else this.#unrecognised.push(line);
  }
}
