import type { SavedLine } from './lines.ts';
import type { RawPart, Stray } from './open-part.ts';

export interface Unwrapped {
  readonly lines: readonly SavedLine[];
  /** How many lines of the text these are: a wrapped row is several. */
  readonly count: number;
  /** The number of the last of them. */
  readonly lastLine: number;
  /** Strays that were the rest of nothing. */
  readonly left: readonly SavedLine[];
}

/** Narrower windows are not used. */
const NARROWEST = 40;
/** A path may need so many lines. */
const MOST_PIECES = 8;

/**
 * Puts the halves of rows together that a terminal broke at its width: each stray stands after a line that is exactly as
 * wide as the window, and no line is wider. Blanks at the break may be lost, so a line may be one short.
 *
 *     '… protocol: ' (80 characters) + 'TCPv6' -> '… protocol: TCPv6'
 *
 * Mail breaks between words, before the window is full: then each stray begins with a word that had no room on the line before.
 *
 * Stacks have tabs, which are as wide as they please: there whatever follows a line is its rest.
 */
export function unwrap(part: RawPart): Unwrapped {
  const { lines, strays, format } = part;
  const width = widthOf(lines, strays);
  const mailWidth = mailWidthOf(lines, strays);
  const toRest = (before: SavedLine, line: SavedLine): SavedLine | null => {
    if (format.isLoose === true || isFull(before.text, width)) return line;
    return hadNoRoom(before, line, mailWidth) ? { ...line, text: ` ${line.text}` } : null;
  };
  const followers = new Map<number, SavedLine[]>();
  const left: SavedLine[] = [];
  for (const { after, line } of strays) {
    const pieces = followers.get(after) ?? [];
    const before = pieces.at(-1) ?? lines[after];
    const isNext = before !== undefined && line.number === before.number + 1 && !format.isHeading(before.text);
    const rest = isNext && pieces.length < MOST_PIECES ? toRest(before, line) : null;
    if (rest === null) left.push(line);
    else followers.set(after, [...pieces, rest]);
  }
  const last = followers.get(lines.length - 1)?.at(-1) ?? lines.at(-1);
  return {
    lines: lines.map((line, at) => glue(line, followers.get(at))),
    count: lines.length + part.passed + part.glued + strays.length - left.length,
    lastLine: Math.max(last?.number ?? 0, part.lastPassed),
    left,
  };
}

function isFull({ length }: string, width: number): boolean {
  return width >= NARROWEST && (length === width || length === width - 1);
}

/** Mail is not wider; terminals are. */
const WIDEST_MAIL = 120;
/** Fewer lines may be remarks between the rows. */
const FEWEST_BROKEN = 3;

/** The width at which a mail program broke the rows; 0 where none did. */
function mailWidthOf(lines: readonly SavedLine[], strays: readonly Stray[]): number {
  if (strays.length < Math.max(FEWEST_BROKEN, lines.length / 8)) return 0;
  let width = 0;
  for (const { text } of lines) width = Math.max(width, text.length);
  for (const { line } of strays) width = Math.max(width, line.text.length);
  return width > WIDEST_MAIL ? 0 : width;
}

function hadNoRoom(before: SavedLine, { text }: SavedLine, width: number): boolean {
  const [word = ''] = text.trim().split(/\s/, 1);
  return width >= NARROWEST && before.text.length + 1 + word.length > width;
}

function glue(line: SavedLine, pieces: readonly SavedLine[] | undefined): SavedLine {
  return pieces === undefined ? line : { ...line, text: line.text + pieces.map(({ text }) => text).join('') };
}

/** The width of the window: that of the widest line that something follows. */
function widthOf(lines: readonly SavedLine[], strays: readonly Stray[]): number {
  let width = 0;
  for (const { after } of strays) width = Math.max(width, lines[after]?.text.length ?? 0);
  const isWider = lines.some(({ text, isGlued }) => isGlued !== true && text.length > width);
  return isWider ? 0 : width;
}
