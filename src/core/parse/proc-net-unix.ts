import { type Inode, toInode } from '../model/inode.ts';
import type { ParseFault, Table } from '../model/fault.ts';
import { UNIX_STATES, type UnixState } from '../model/socket.ts';
import type { UnixRow } from '../model/socket-row.ts';
import { SOCKET_TYPES } from './proc-net-packet.ts';
import { isBlank, Misfit, toFault } from './table.ts';

const SOURCE = 'proc-net-unix';
const ACCEPTS_CONNECTIONS = 0x0001_0000;
/** Bytes of sun_path, the longest name. */
const PATH_LENGTH = 108;
const NO_OWNER = '0';

/** `%pK` prints no address before the kernel has gathered randomness. */
const POINTER = String.raw`(?:[0-9a-f]{8}|[0-9a-f]{16}|\(____ptrval____\))`;
const BEGINNING = new RegExp(`^${POINTER}: [0-9A-F]{8} [0-9A-F]{8} [0-9A-F]{8} `);
/** From behind the flags: type, state, inode, path. */
const REST = /^([0-9A-F]{4}) ([0-9A-F]{2}) +(\d+)(?: (.*))?$/s;

interface NumberedRow {
  readonly line: number;
  row: UnixRow;
}

/**
 * Parses `/proc/<pid>/net/unix`.
 *
 *     Num       RefCount Protocol Flags    Type St Inode Path
 *     00000000290640a8: 00000002 00000000 00010000 0001 01 163297 @adaptiveservice/builtin_providerInfo.sock
 *
 * The kernel prints names raw, so they may hold newlines: a line that does not begin like a row continues the
 * name before it. Whoever may bind a socket can forge a row that way. A forged row can make an inode that is in
 * no table look like a unix socket. It cannot change a genuine row: rows with the same inode that disagree are
 * all left out and each is a fault, so nothing follows from absence while there are faults. Of rows that agree
 * one stays. Inode 0 (connections waiting to be accepted) has no owner and occurs any number of times.
 *
 * Never throws. A last line without a newline was cut and is a fault.
 *
 * @see kernel net/unix/af_unix.c unix_seq_show()
 */
export function parseProcNetUnix(text: string): Table<UnixRow> {
  const lines = text.split('\n');
  const cut = lines.length - 1;
  const found: NumberedRow[] = [];
  const faults: ParseFault[] = [];
  let open: NumberedRow | null = null;

  for (let index = 1; index < cut; index++) {
    const line = lines[index] ?? '';
    if (open !== null && continues(open, line)) {
      open.row = { ...open.row, pathBytes: `${open.row.pathBytes}\n${line}` };
    } else if (!isBlank(line)) {
      const row = parseRow(line);
      open = null;
      if (row instanceof Misfit) {
        faults.push(toFault(SOURCE, index + 1, row));
      } else {
        const numbered = { line: index + 1, row };
        found.push(numbered);
        if (row.pathBytes !== null) open = numbered;
      }
    }
  }
  const rest = lines[cut] ?? '';
  if (cut > 0 && rest !== '') faults.push(toCutFault(cut, rest, continues(open, rest) ? found.pop() : undefined));
  return dropForged(found, faults);
}

/** What begins like a row, or is too long for a name, continues none. */
function continues(open: NumberedRow | null, line: string): boolean {
  const length = open?.row.pathBytes?.length;
  return length !== undefined && !BEGINNING.test(line) && length + 1 + line.length <= PATH_LENGTH;
}

/** A cut line costs the row it belongs to: its own, or the one whose name it continues. */
function toCutFault(index: number, line: string, continued: NumberedRow | undefined): ParseFault {
  return toFault(SOURCE, continued?.line ?? index + 1, new Misfit('end of line', continued?.row.pathBytes ?? line));
}

function parseRow(line: string): UnixRow | Misfit {
  const beginning = BEGINNING.exec(line)?.[0];
  if (beginning === undefined) return new Misfit('Num', line);
  const rest = line.slice(beginning.length);
  const [, typeHex = '', stateHex = '', inode, path = null] = REST.exec(rest) ?? [];
  if (inode === undefined) return new Misfit('Type St Inode', rest);
  const type = SOCKET_TYPES[Number.parseInt(typeHex, 16)];
  if (type === undefined) return new Misfit('Type', typeHex);
  const flags = Number.parseInt(beginning.slice(-9, -1), 16);
  const state = toUnixState(flags, Number.parseInt(stateHex, 16));
  if (state === undefined) return new Misfit('St', stateHex);
  if (path !== null && path.length > PATH_LENGTH) return new Misfit('Path', path);
  return { inode: toInode(inode), type, state, pathBytes: path };
}

/** SS_UNCONNECTED is 1; SS_FREE, 0, is never printed. */
function toUnixState(flags: number, number: number): UnixState | undefined {
  if ((flags & ACCEPTS_CONNECTIONS) !== 0) return 'LISTEN';
  return number === 0 || number > 4 ? undefined : UNIX_STATES[number - 1];
}

function dropForged(found: readonly NumberedRow[], earlier: readonly ParseFault[]): Table<UnixRow> {
  const firsts = new Map<Inode, UnixRow>();
  const disputed = new Set<Inode>();
  for (const { row } of found) {
    const first = firsts.get(row.inode);
    if (first === undefined) firsts.set(row.inode, row);
    else if (row.inode !== NO_OWNER && !isSame(first, row)) disputed.add(row.inode);
  }

  const rows: UnixRow[] = [];
  const faults = [...earlier];
  for (const { line, row } of found) {
    const isFirst = row.inode === NO_OWNER || firsts.get(row.inode) === row;
    if (isFirst && !disputed.has(row.inode)) rows.push(row);
    else faults.push(toFault(SOURCE, line, new Misfit('Inode', row.inode)));
  }
  return { rows, faults: faults.sort((a, b) => a.line - b.line) };
}

function isSame(one: UnixRow, other: UnixRow): boolean {
  return one.type === other.type && one.state === other.state && one.pathBytes === other.pathBytes;
}
