import { pidsOf } from '../pids.ts';
import type { SavedFormat, PartReading } from '../format.ts';
import { type LsfdCells, toDescriptorOfLsfd } from '../lsfd-descriptor.ts';
import type { SavedDescriptor, SavedTool } from '../part.ts';

/** Any columns, but always of capitals: `COMMAND PID USER ASSOC XMODE TYPE SOURCE MNTID INODE NAME`. */
const HEADING = /^\s*(?:[A-Z][A-Z0-9._-]*\s+)*(?:ASSOC|FD)\b(?:\s+[A-Z][A-Z0-9._-]*)*\s*$/;
/** `lsfd -o PID,COMMAND,FD,TYPE,NAME`; a heading with DEVICE is that of lsof. */
const CHOSEN = /\bPID\b.*\bFD\b.*\bNAME\s*$|\bFD\b.*\bTYPE\b.*\bNAME\s*$/;
const NEEDED = /\b(?:ASSOC|MNTID|XMODE|SOURCE|STTYPE)\b/;
/** A row: a command and a pid, then an association. */
const ROW = /^\s*\S+\s+\d+\s+\S+\s+\S+|^\s*\d+\s+\S+/;

/** The default columns up to MNTID: `app 7 root 3 rw---- SOCK sockfs 8`. */
const SURE = /^\s*\S+\s+\d+\s+\S+\s+(?:\d+|[a-z]+)\s+[r-][w-][-A-Za-z]{1,4}\s+[A-Z]{3,6}\s+\S+\s+\d+\s/;
/** What it prints unless it is asked for others. */
const DEFAULT_COLUMNS = 'command pid user assoc xmode type source mntid inode name'.split(' ');

/** The table of lsfd(1): its heading names the columns. */
export const LSFD: SavedFormat = {
  starts: (line) => isHeading(line) || SURE.test(line),
  continues: (line) => ROW.test(line),
  isHeading,
  ownerOf: () => '',
  mayWrap: true,
  isLoose: true,
  isSure: (line) => SURE.test(line),
  read: (lines) => {
    let columns: readonly string[] = DEFAULT_COLUMNS;
    const isHeaded = lines.some(({ text }) => isHeading(text));
    const rows: SavedDescriptor[] = [];
    const commands = new Map<number, string>();
    const users = new Map<number, string>();
    for (const { text } of lines) {
      if (isHeading(text)) {
        columns = text.trim().toLowerCase().split(/\s+/);
        continue;
      }
      const cells = toCells(text, columns);
      const row = toDescriptorOfLsfd(cells);
      if (row === null) continue;
      rows.push(row);
      noteOwner(row, cells, commands, users);
    }
    if (rows.length === 0) return null;
    const reading = toLsfdReading('lsfd', rows, commands, users);
    return isHeaded
      ? reading
      : { ...reading, partial: [...reading.partial, 'it has no heading: rows may be missing'], isCut: true };
  },
};

/** Notes command and user of a process, where its first row has them. */
export function noteOwner(
  { pid }: SavedDescriptor,
  cells: LsfdCells,
  commands: Map<number, string>,
  users: Map<number, string>,
): void {
  if (pid === null || commands.has(pid)) return;
  commands.set(pid, cells.get('command') ?? '');
  const user = cells.get('user') ?? cells.get('uid');
  if (user !== undefined && user !== '') users.set(pid, user);
}

export function toLsfdReading(
  tool: SavedTool,
  rows: readonly SavedDescriptor[],
  commands: ReadonlyMap<number, string>,
  users: ReadonlyMap<number, string>,
): PartReading {
  const knowsTables = rows.some(({ socket }) => socket !== null && socket.listed !== null);
  return {
    tool,
    pids: pidsOf(rows),
    partial: knowsTables ? [] : ['this lsfd shows no socket states, nor which sockets are in a table'],
    content: { kind: 'descriptors', rows, commands, users },
  };
}

function isHeading(line: string): boolean {
  return HEADING.test(line) && (NEEDED.test(line) || (CHOSEN.test(line) && !line.includes('DEVICE')));
}

/** Cells by column; the last takes the rest of the line. A row with an empty cell has one less: it lacks SOURCE. */
function toCells(line: string, columns: readonly string[]): LsfdCells {
  const words = line.trim().split(/\s+/);
  const cells = new Map<string, string>();
  for (const [at, column] of columns.entries()) {
    const isLast = at === columns.length - 1;
    cells.set(column, isLast ? words.slice(at).join(' ') : (words[at] ?? ''));
  }
  return cells;
}
