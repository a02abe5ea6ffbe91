import type { LsofRow } from '../../model/tool-row.ts';
import { parseLsofFields, toFieldSets } from '../../parse/lsof-fields.ts';
import { isLsofHeader, isLsofRow, parseLsofRow } from '../../parse/lsof-table.ts';
import { pidsOf } from '../pids.ts';
import type { SavedFormat, PartReading } from '../format.ts';
import { toDescriptorOfLsof } from '../lsof-descriptor.ts';
import type { SavedLine } from '../lines.ts';
import type { SavedDescriptor, SavedTool } from '../part.ts';
import { refuseForeignLsof, toRefusal } from '../refusals.ts';

const FIELD_START = /^p\d+(?:\0|\s*$)/;
const FIELD = /^[a-zA-Z](?:\0|\S|\s|$)/;
const FIELD_ID = /^[acCdDfFgGiklLmMnNopPrRsStTuzZ0]/;

/** The table of lsof: `COMMAND PID USER FD TYPE DEVICE SIZE/OFF NODE NAME`, its rows also without heading. */
export const LSOF_TABLE_FORMAT: SavedFormat = {
  starts: (line) => isLsofHeader(line) || isLsofRow(line),
  continues: isLsofRow,
  isHeading: isLsofHeader,
  ownerOf: (line) => OWNER.exec(line)?.[1] ?? '',
  mayWrap: true,
  read: (lines) => {
    const headings = lines.filter(({ text }) => isLsofHeader(text));
    const reading = refuseForeignLsof(lines, headings) ?? withUsers(toReading('lsof', rowsOf(lines)), lines);
    const isCut = headings.length === 0 && reading.content.kind !== 'refused';
    return isCut
      ? { ...reading, partial: [...reading.partial, 'it has no heading: rows may be missing'], isCut }
      : reading;
  },
};

const NO_USERS: ReadonlyMap<number, string> = new Map();
/** `COMMAND PID USER FD …`: with other columns a user is not told from a number without its heading. */
const USER = /^\s*\S+\s+(\d+)\s+([^\s\d]\S*)\s+(?:\*?\d+[rwu-]?[A-Za-z]?|cwd|rtd|txt|mem|NOFD)\s/;

function withUsers(reading: PartReading, lines: readonly SavedLine[]): PartReading {
  if (reading.content.kind !== 'descriptors') return reading;
  const missing = new Set(reading.pids);
  const users = new Map<number, string>();
  for (const { text } of lines) {
    if (missing.size === 0) break;
    const [, pid, user] = USER.exec(text) ?? [];
    if (user !== undefined && missing.delete(Number(pid))) users.set(Number(pid), user);
  }
  return { ...reading, content: { ...reading.content, users } };
}

/** The pid of a row. */
const OWNER = /^\s*\S+\s+(\d+)\s/;

/** `lsof -F` and `-F0`: one field a line or ended by NUL, processes by `p`, files by `f`. */
export const LSOF_FIELD_FORMAT: SavedFormat = {
  starts: (line) => FIELD_START.test(line),
  continues: (line) =>
    FIELD.test(line) &&
    FIELD_ID.test(line) &&
    (line.includes('\0') || !/^\S+ \S+ \S+ /.test(line) || /^[nL]/.test(line)),
  isHeading: () => false,
  mayWrap: false,
  read: (lines) => {
    const { rows } = parseLsofFields(toFieldSets(`${lines.map(({ text }) => text.trimEnd()).join('\n')}\n`));
    if (rows.length > 0) return toReading('lsof-fields', rows);
    return lines.some(({ text }) => text.startsWith('n')) ? NAMES_ALONE : null;
  },
};

/** `lsof -Fn` of old versions: they do not show whether a name belongs to a descriptor. */
const NAMES_ALONE = toRefusal(
  'lsof-fields',
  'lsof -F without its fields f and t: names alone, which tell no descriptors',
  'save it with them: lsof -nP -F pcftdinPT -p PID, or without -F',
);

/** What rows of lsof come to, whatever their form. Rows are taken one by one: a million of them need not live twice. */
export function toReading(tool: SavedTool, rows: Iterable<LsofRow>): PartReading {
  const descriptors: SavedDescriptor[] = [];
  const commands = new Map<number, string>();
  let [isDenied, isCutOff, isNarrowed] = [false, false, false];
  for (const row of rows) {
    const { pid, command, fdText, name } = row;
    if (command !== null && !commands.has(pid)) commands.set(pid, command);
    isDenied ||= fdText === 'NOFD' || (name.endsWith(DENIED) && UNREAD.test(name));
    isCutOff ||= fdText.startsWith('*');
    isNarrowed ||= row.state === null && CUT_STATE.test(name);
    descriptors.push(toDescriptorOfLsof(row));
  }
  return {
    tool,
    pids: pidsOf(descriptors),
    ...(isDenied ? { isCut: true } : {}),
    partial: [
      ...(isDenied ? ['lsof was not allowed to read all of it: permission denied'] : []),
      ...(isCutOff ? ['lsof cut descriptor numbers (*770): they are unknown'] : []),
      ...(isNarrowed ? ['a window cut the ends of rows: some states are unknown'] : []),
    ],
    content: { kind: 'descriptors', rows: descriptors, commands, users: NO_USERS },
  };
}

/** `… (CLOSE_W` */
const CUT_STATE = / \([A-Z_0-9]*$/;
const DENIED = ': Permission denied)';
const UNREAD = / \((?:readlink|opendir|stat): Permission denied\)$/;

function* rowsOf(lines: readonly SavedLine[]): Generator<LsofRow> {
  for (const { text } of lines) {
    const row = parseLsofRow(text);
    if (row !== null) yield row;
  }
}
