import { toRawLines } from './lines.ts';
import type { Part, Saved } from './part.ts';
import { Splitter } from './split.ts';
import { parsePrompt, type ShownCommand } from './prompt.ts';
import { JsonTaker } from './take-json.ts';
import { toPart } from './to-part.ts';

export interface SavedHints {
  /** Stands for the command where the text shows none. */
  readonly hint?: ShownCommand | null;
  /** The process that was asked for: of others not every one of a million rows is read. */
  readonly pid?: number | null;
}

/**
 * Reads a saved or pasted text, whole or in pieces: tells what listings are in it, by their content, and reads each.
 *
 * `$ lsof -p 7`, its table, a prompt, `cat /proc/7/limits` and its lines are two parts, each with its lines. Parts that
 * come to nothing leave their lines unrecognised. Never throws; linear in
 * the length of the text, of which only what is read is kept.
 */
export function readSaved(text: string | Iterable<string>, { hint = null, pid = null }: SavedHints = {}): Saved {
  const splitter = new Splitter(hint, pid);
  const json = new JsonTaker({
    pass: (number, raw) => splitter.take(number, raw),
    skip: (number) => splitter.skip(number),
    readText: ({ text: quoted, command }) =>
      readSaved(quoted, { hint: command === null ? null : parsePrompt(`$ ${command}`), pid }).parts,
  });
  for (const raw of toRawLines(typeof text === 'string' ? [text] : text)) json.take(raw);
  json.end();
  const split = splitter.end();
  const parts: Part[] = [...json.parts];
  const left: number[] = [];
  for (const raw of split.parts) {
    const reading = toPart(raw);
    if (reading.part !== null) parts.push(reading.part);
    for (const { number } of reading.left) left.push(number);
  }
  parts.sort((a, b) => a.firstLine - b.firstLine);
  return {
    parts,
    otherLines: json.lines - parts.reduce((sum, { lines }) => sum + lines, 0),
    unrecognised: split.unrecognised.firstWith(left),
    unrecognisedCount: split.unrecognised.count + left.length,
  };
}
