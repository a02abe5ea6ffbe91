import type { Stacks } from '../model/stacks.ts';
import { LONGEST_LINE, type SavedLine, toRawLines } from './lines.ts';
import type { PartReading } from './format.ts';
import type { Part, Saved } from './part.ts';
import { MOST_ROWS, type RawPart } from './open-part.ts';
import { WATCHED, withoutCutPorts } from './cut-ports.ts';
import { Splitter } from './split.ts';
import { unwrap } from './unwrap.ts';
import { parsePrompt, type ShownCommand } from './prompt.ts';
import { JsonTaker } from './take-json.ts';

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

/** Whether an editor or a window cut a row, and put at its end what they put there. A pattern would try each place of a million rows. */
function isCutRow(text: string): boolean {
  const end = text.trimEnd();
  return end.length > 20 && (end.endsWith('…') || end.endsWith('...'));
}

function toPart(raw: RawPart): { readonly part: Part | null; readonly left: readonly SavedLine[] } {
  const { lines: unwrapped, count, lastLine, left } = unwrap(raw);
  const lines = withoutCutPorts(unwrapped, raw.partial.includes(WATCHED));
  const reading = raw.format.read(lines, raw.shown);
  if (reading === null) return { part: null, left: [...raw.lines, ...raw.strays.map(({ line }) => line)] };
  const cut = [
    ...(lines.some(({ text }) => text.length >= LONGEST_LINE) ? ['lines of over 4096 characters were cut'] : []),
    ...(lines.some(({ text }) => isCutRow(text)) ? ['the ends of some rows were cut'] : []),
    ...(raw.passed > 0
      ? [
          `${raw.passed} rows were counted, not read: only the first ${MOST_ROWS} of a process are, and as many of all others`,
        ]
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
      pids: pidsOf(reading, raw),
      partial: [...raw.partial, ...reading.partial, ...cut],
      content: reading.content,
    },
    left,
  };
}

/** Those of rows that were counted only are named as well. */
function pidsOf({ pids }: PartReading, { kept, passed, shown }: RawPart): readonly number[] {
  if (pids.length === 0) return shown?.pids ?? [];
  if (passed === 0 || kept.size === 1) return pids;
  const owners = [...kept.keys()].filter((owner) => /^\d+$/.test(owner)).map(Number);
  return [...new Set([...pids, ...owners])].sort((a, b) => a - b);
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
