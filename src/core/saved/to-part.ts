import { LONGEST_LINE, type SavedLine } from './lines.ts';
import type { PartReading } from './format.ts';
import type { Part } from './part.ts';
import { MOST_ROWS, type RawPart } from './open-part.ts';
import { WATCHED, withoutCutPorts } from './cut-ports.ts';
import { unwrap } from './unwrap.ts';

/** Whether an editor or a window cut a row, and put at its end what they put there. A pattern would try each place of a million rows. */
function isCutRow(text: string): boolean {
  const end = text.trimEnd();
  return end.length > 20 && (end.endsWith('…') || end.endsWith('...'));
}

/** What a part was read as; null, with its lines, where its format makes nothing of it. */
export function toPart(raw: RawPart): { readonly part: Part | null; readonly left: readonly SavedLine[] } {
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
