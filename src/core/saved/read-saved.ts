import type { Stacks } from '../model/stacks.ts';
import { LONGEST_LINE, type SavedLine } from './lines.ts';
import type { Part, Saved } from './part.ts';
import { MOST_ROWS, type RawPart } from './open-part.ts';
import { splitParts } from './split.ts';
import { unwrap } from './unwrap.ts';
import type { ShownCommand } from './prompt.ts';
import { takeJson } from './take-json.ts';

const MOST_NUMBERS = 100;

/**
 * Reads a saved or pasted text: tells what listings are in it, by their content, and reads each.
 *
 * `$ lsof -p 7`, its table, a prompt, `cat /proc/7/limits` and its lines are two parts, each with its lines. Parts that
 * come to nothing leave their lines unrecognised. `hint` stands for the command where the text shows none. Never throws; linear in the length of the text.
 */
export function readSaved(text: string, hint: ShownCommand | null = null): Saved {
  const { rest, parts: jsonParts } = takeJson(text);
  const split = splitParts(rest, hint);
  const parts: Part[] = [...jsonParts];
  const unrecognised = [...split.unrecognised];
  for (const raw of split.parts) {
    const { part, left } = toPart(raw);
    if (part !== null) parts.push(part);
    unrecognised.push(...left);
  }
  parts.sort((a, b) => a.firstLine - b.firstLine);
  const numbers = unrecognised.map(({ number }) => number).sort((a, b) => a - b);
  return {
    parts,
    // A document on the last line leaves an empty one without an end, which is none.
    otherLines: (rest === text ? split.lines : countLines(text)) - parts.reduce((sum, { lines }) => sum + lines, 0),
    unrecognised: numbers.slice(0, MOST_NUMBERS),
    unrecognisedCount: numbers.length,
  };
}

/** Whether an editor or a window cut a row, and put at its end what they put there. A pattern would try each place of a million rows. */
function isCutRow(text: string): boolean {
  const end = text.trimEnd();
  return end.length > 20 && (end.endsWith('…') || end.endsWith('...'));
}

function countLines(text: string): number {
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}

function toPart(raw: RawPart): { readonly part: Part | null; readonly left: readonly SavedLine[] } {
  const { lines, count, lastLine, left } = unwrap(raw);
  const reading = raw.format.read(lines, raw.shown);
  if (reading === null) return { part: null, left: [...raw.lines, ...raw.strays.map(({ line }) => line)] };
  const cut = [
    ...(lines.some(({ text }) => text.length >= LONGEST_LINE) ? ['lines of over 4096 characters were cut'] : []),
    ...(lines.some(({ text }) => isCutRow(text)) ? ['the ends of some rows were cut'] : []),
    ...(raw.passed > 0
      ? [`${raw.passed} rows were counted, not read: only the first ${MOST_ROWS} of a process are`]
      : []),
  ];
  return {
    part: {
      tool: reading.tool,
      firstLine: raw.firstLine,
      lastLine,
      lines: count,
      command: raw.shown?.command ?? null,
      askedPids: raw.shown?.pids ?? [],
      isWhole: reading.isCut !== true && raw.partial.length === 0 && cut.length === 0,
      pids: reading.pids.length > 0 ? reading.pids : (raw.shown?.pids ?? []),
      partial: [...raw.partial, ...reading.partial, ...cut],
      content: reading.content,
    },
    left,
  };
}

/** Stacks that were not text, as what was recognised of a file. */
export function toSavedStacks(stacks: Stacks): Saved {
  const part: Part = {
    tool: stacks.source,
    firstLine: 0,
    lastLine: 0,
    lines: 0,
    command: null,
    pids: [],
    askedPids: [],
    partial: [],
    isWhole: true,
    content: { kind: 'stacks', stacks },
  };
  return { parts: [part], otherLines: 0, unrecognised: [], unrecognisedCount: 0 };
}
