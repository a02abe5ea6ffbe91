import type { LsofRow } from '../../model/socket-row.ts';
import { parseLsofFields, toFieldSets } from '../../parse/lsof-fields.ts';
import { isLsofHeader, parseLsofRow } from '../../parse/lsof-table.ts';
import { pidsOf } from '../descriptors.ts';
import type { Format, PartReading } from '../format.ts';
import { toDescriptorOfLsof } from '../lsof-descriptor.ts';
import type { SavedTool } from '../part.ts';
import { refuseForeignLsof } from '../refusals.ts';

const FIELD_START = /^p\d+(?:\0|$)/;
const FIELD = /^[a-zA-Z](?:\0|\S|\s|$)/;
const FIELD_ID = /^[acCdDfFgGiklLmMnNopPrRsStTuzZ0]/;

/** The table of lsof: `COMMAND PID USER FD TYPE DEVICE SIZE/OFF NODE NAME`, its rows also without heading. */
export const LSOF_TABLE: Format = {
  starts: (line) => isLsofHeader(line) || (/^\s*\S+\s+\d/.test(line) && parseLsofRow(line) !== null),
  continues: (line) => /^\s*\S+\s+\d/.test(line) && parseLsofRow(line) !== null,
  isHeading: isLsofHeader,
  mayWrap: true,
  read: (lines) => {
    const headings = lines.filter(({ text }) => isLsofHeader(text));
    const rows = lines.flatMap(({ text }) => parseLsofRow(text) ?? []);
    return refuseForeignLsof(lines, headings) ?? toReading('lsof', rows);
  },
};

/** `lsof -F` and `-F0`: one field a line or ended by NUL, processes by `p`, files by `f`. */
export const LSOF_FIELDS: Format = {
  starts: (line) => FIELD_START.test(line),
  continues: (line) =>
    FIELD.test(line) &&
    FIELD_ID.test(line) &&
    (line.includes('\0') || !/^\S+ \S+ \S+ /.test(line) || /^[nL]/.test(line)),
  isHeading: () => false,
  mayWrap: false,
  read: (lines) => {
    const { rows } = parseLsofFields(toFieldSets(`${lines.map(({ text }) => text).join('\n')}\n`));
    return rows.length === 0 ? null : toReading('lsof-fields', rows);
  },
};

/** What rows of lsof come to, whatever their form. */
export function toReading(tool: SavedTool, rows: readonly LsofRow[]): PartReading {
  const denied = rows.some(
    ({ fdText, name }) => fdText === 'NOFD' || / \((?:readlink|opendir|stat): Permission denied\)$/.test(name),
  );
  const commands = new Map<number, string>();
  for (const { pid, command } of rows) if (command !== null && !commands.has(pid)) commands.set(pid, command);
  return {
    tool,
    pids: pidsOf(rows),
    partial: [
      ...(denied ? ['lsof was not allowed to read all of it: permission denied'] : []),
      ...(rows.some(({ fdText }) => fdText.startsWith('*'))
        ? ['lsof cut descriptor numbers (*770): they are unknown']
        : []),
    ],
    content: { kind: 'descriptors', rows: rows.map(toDescriptorOfLsof), commands },
  };
}
