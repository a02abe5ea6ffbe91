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
const BEGINNING = new RegExp(`${POINTER}: [0-9A-F]{8} [0-9A-F]{8} [0-9A-F]{8} `, 'y');
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
 * Rows whose inode `wants` refuses are left out as they are read. Never throws. A last line without a newline was cut and is a fault.
 *
 * @see kernel net/unix/af_unix.c unix_seq_show()
 */
export function parseProcNetUnix(text: string, wants: (inode: string) => boolean = () => true): Table<UnixRow> {
  const parsing = parsingProcNetUnix(text, wants);
  for (;;) {
    const step = parsing.next();
    if (step.done === true) return step.value;
  }
}

/** The same, with a rest now and then: names of nothing but newlines make millions of lines. */
export function* parsingProcNetUnix(
  text: string,
  wants: (inode: string) => boolean,
): Generator<undefined, Table<UnixRow>> {
  const reader = new UnixReader(text, wants);
  // Without a line for its header it has no rows.
  let start = text.indexOf('\n') + 1;
  if (start === 0) return { rows: [], faults: [] };
  for (let end = text.indexOf('\n', start); end >= 0; end = text.indexOf('\n', start)) {
    reader.read(start, end);
    start = end + 1;
    if (reader.line % REST_EVERY === 0) yield;
  }
  if (start < text.length) reader.readCut(start);
  return dropForged(reader.found, reader.faults);
}

const REST_EVERY = 20_000;

/** Goes over the text without making a string of each line: names may be nothing but newlines, a hundred in each. */
class UnixReader {
  readonly found: NumberedRow[] = [];
  readonly faults: ParseFault[] = [];
  line = 1;
  readonly #text: string;
  readonly #wants: (inode: string) => boolean;
  /** The row whose name may go on in the next line. */
  #open: NumberedRow | null = null;

  constructor(text: string, wants: (inode: string) => boolean) {
    this.#text = text;
    this.#wants = wants;
  }

  read(start: number, end: number): void {
    this.line += 1;
    const begins = isBeginning(this.#text, start, end);
    if (!begins && this.#open !== null && fits(this.#open, end - start)) {
      const { row } = this.#open;
      this.#open.row = { ...row, pathBytes: `${row.pathBytes}\n${this.#text.slice(start, end)}` };
    } else if (end > start && (begins || !isBlank(this.#text.slice(start, end)))) {
      this.#readRow(this.#text.slice(start, end));
    }
  }

  /** A last line without its end. */
  readCut(start: number): void {
    const { length } = this.#text;
    const open = this.#open;
    const isContinued = open !== null && !isBeginning(this.#text, start, length) && fits(open, length - start);
    if (isContinued && this.found.at(-1) === open) this.found.pop();
    this.#addFault(toCutFault(this.line, this.#text.slice(start), isContinued ? open : null));
  }

  #readRow(line: string): void {
    const row = parseRow(line);
    this.#open = null;
    if (row instanceof Misfit) return this.#addFault(toFault(SOURCE, this.line, row));
    const numbered = { line: this.line, row };
    // A name that is not wanted has its further lines all the same.
    if (row.pathBytes !== null) this.#open = numbered;
    if (this.#wants(row.inode)) this.found.push(numbered);
  }

  #addFault(fault: ParseFault): void {
    if (this.faults.length < MOST_FAULTS) this.faults.push(fault);
  }
}

/** Anybody can make a million broken lines. */
const MOST_FAULTS = 1000;
/** `00000000: 00000002 00000000 00010000 0001 01 1` */
const LEAST_ROW = 44;

/** Whether the line begins like a row: such a line continues no name. */
function isBeginning(text: string, start: number, end: number): boolean {
  if (end - start < LEAST_ROW) return false;
  BEGINNING.lastIndex = start;
  return BEGINNING.test(text) && BEGINNING.lastIndex <= end;
}

/** Whether a line of that length can be the next of the name: names have a longest length. */
function fits({ row: { pathBytes } }: NumberedRow, length: number): boolean {
  return pathBytes !== null && pathBytes.length + 1 + length <= PATH_LENGTH;
}

/** A cut line costs the row it belongs to: its own, or the one whose name it continues. */
function toCutFault(index: number, line: string, continued: NumberedRow | null): ParseFault {
  return toFault(SOURCE, continued?.line ?? index + 1, new Misfit('end of line', continued?.row.pathBytes ?? line));
}

function parseRow(line: string): UnixRow | Misfit {
  BEGINNING.lastIndex = 0;
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
    else if (faults.length < MOST_FAULTS) faults.push(toFault(SOURCE, line, new Misfit('Inode', row.inode)));
  }
  return { rows, faults: faults.sort((a, b) => a.line - b.line) };
}

function isSame(one: UnixRow, other: UnixRow): boolean {
  return one.type === other.type && one.state === other.state && one.pathBytes === other.pathBytes;
}
