import { type Inode, toInode } from '../model/descriptor.ts';
import type { ParseFault, Table } from '../model/fault.ts';
import { type Endpoint, TCP_STATES } from '../model/socket.ts';
import type { InetRow, InetTable } from '../model/socket-row.ts';
import { type ByteOrder, formatIp } from './ip.ts';
import { isBlank, Misfit, toCells, toFault } from './table.ts';

const BLANK = 0x20;
const COLON = 0x3a;
const NO_OWNER = toInode('0');

/**
 * Parses `/proc/<pid>/net/{tcp,udp,udplite,raw,icmp}` and their IPv6 sisters: same columns, longer addresses.
 *
 *     sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
 *      0: 0100007F:1F90 0100007F:D2B4 08 00000000:00000001 00:00000000 00000000  1000        0 39309 1 …
 *
 * Addresses are 32-bit words printed in `byteOrder`, ports and queues plain hex. A state that the kernel of
 * today does not have is `UNKNOWN`: the socket is listed all the same.
 *
 * With `wants`, rows of other inodes are left out and only their shape is looked at; rows without an owner
 * (inode 0: TIME_WAIT, SYN_RECV) are always kept. Without it: rows + faults = non-blank lines after the header.
 * Never throws. A line cut short is a fault, because columns follow the inode.
 *
 * @see proc_pid_net(5); kernel net/ipv4/tcp_ipv4.c get_tcp4_sock(), net/ipv4/udp.c udp4_format_sock()
 */
export function parseProcNetInet(
  table: InetTable,
  text: string,
  byteOrder: ByteOrder,
  wants?: (inode: string) => boolean,
): Table<InetRow> {
  const rows: InetRow[] = [];
  const faults: ParseFault[] = [];
  const addressDigits = table.endsWith('6') ? 32 : 8;
  const reader = new RowReader(text, addressDigits, byteOrder);

  // No split, no regex: a table may have a million rows.
  let start = toLineEnd(text, 0) + 1;
  for (let line = 2; start < text.length; line++) {
    const end = toLineEnd(text, start);
    if (reader.find(start, end)) {
      const inode = reader.inode();
      if (wants === undefined || inode === NO_OWNER || wants(inode)) {
        const row = reader.row(inode);
        if (row === null) faults.push(toInetFault(table, line, text.slice(start, end)));
        else rows.push(row);
      }
    } else if (!isBlank(text.slice(start, end))) {
      faults.push(toInetFault(table, line, text.slice(start, end)));
    }
    start = end + 1;
  }
  return { rows, faults };
}

function toLineEnd(text: string, start: number): number {
  const end = text.indexOf('\n', start);
  return end === -1 ? text.length : end;
}

/** Finds the columns of a line by index, and makes a row of them only when it is asked for one. */
class RowReader {
  readonly #text: string;
  readonly #addressDigits: number;
  readonly #byteOrder: ByteOrder;
  readonly #addresses = new Map<string, string>();
  /** Connections that one listener accepted share their local endpoint. */
  #lastLocal: Endpoint = { address: '', port: 0 };
  #lastLocalText = '';

  #localAt = 0;
  #uidAt = 0;
  #uidEnd = 0;
  #inodeAt = 0;
  #inodeEnd = 0;

  constructor(text: string, addressDigits: number, byteOrder: ByteOrder) {
    this.#text = text;
    this.#addressDigits = addressDigits;
    this.#byteOrder = byteOrder;
  }

  /** Whether the line from `start` to `end` has the shape of a row. */
  find(start: number, end: number): boolean {
    const slAt = this.#skipBlanks(start, end);
    const slEnd = this.#skipDigits(slAt, end);
    const text = this.#text;
    if (slEnd === slAt || text.charCodeAt(slEnd) !== COLON || text.charCodeAt(slEnd + 1) !== BLANK) return false;
    this.#localAt = slEnd + 2;
    const fixedEnd = this.#skipFixed(this.#localAt);
    if (fixedEnd === -1 || fixedEnd > end) return false;

    const timerEnd = this.#skipCell(this.#skipBlanks(fixedEnd, end), end);
    const retransmitEnd = this.#skipCell(this.#skipBlanks(timerEnd, end), end);
    this.#uidAt = this.#skipBlanks(retransmitEnd, end);
    this.#uidEnd = this.#skipDigits(this.#uidAt, end);
    if (this.#uidEnd === this.#uidAt || text.charCodeAt(this.#uidEnd) !== BLANK) return false;

    const timeoutEnd = this.#skipCell(this.#skipBlanks(this.#uidEnd, end), end);
    this.#inodeAt = this.#skipBlanks(timeoutEnd, end);
    this.#inodeEnd = this.#skipDigits(this.#inodeAt, end);
    return this.#inodeEnd > this.#inodeAt && this.#inodeEnd < end && text.charCodeAt(this.#inodeEnd) === BLANK;
  }

  inode(): Inode {
    const text = this.#text.slice(this.#inodeAt, this.#inodeEnd);
    return text === NO_OWNER ? NO_OWNER : toInode(text);
  }

  /** null when a cell of the found line is no hex. */
  row(inode: Inode): InetRow | null {
    const endpointDigits = this.#addressDigits + 5;
    const remoteAt = this.#localAt + endpointDigits + 1;
    const stateAt = remoteAt + endpointDigits + 1;
    const sendAt = stateAt + 3;
    const recvAt = sendAt + 9;

    const state = this.#hex(stateAt, 2);
    const sendQueueBytes = this.#hex(sendAt, 8);
    const recvQueueBytes = this.#hex(recvAt, 8);
    const local = this.#local(this.#localAt);
    const remote = this.#endpoint(remoteAt);
    if (local === null || remote === null || state < 0 || sendQueueBytes < 0 || recvQueueBytes < 0) return null;
    const uid = Number(this.#text.slice(this.#uidAt, this.#uidEnd));
    return { inode, state: TCP_STATES[state] ?? 'UNKNOWN', local, remote, sendQueueBytes, recvQueueBytes, uid };
  }

  /** From the local address to the end of rx_queue every cell has its width; -1 where a separator is not there. */
  #skipFixed(localAt: number): number {
    const text = this.#text;
    const digits = this.#addressDigits;
    const remoteAt = localAt + digits + 6;
    const stateAt = remoteAt + digits + 6;
    const end = stateAt + 20;
    const isShaped =
      text.charCodeAt(localAt + digits) === COLON &&
      text.charCodeAt(remoteAt - 1) === BLANK &&
      text.charCodeAt(remoteAt + digits) === COLON &&
      text.charCodeAt(stateAt - 1) === BLANK &&
      text.charCodeAt(stateAt + 2) === BLANK &&
      text.charCodeAt(stateAt + 11) === COLON &&
      text.charCodeAt(end) === BLANK;
    return isShaped ? end : -1;
  }

  #local(at: number): Endpoint | null {
    const text = this.#text.slice(at, at + this.#addressDigits + 5);
    if (text === this.#lastLocalText) return this.#lastLocal;
    const local = this.#endpoint(at);
    if (local === null) return null;
    this.#lastLocalText = text;
    this.#lastLocal = local;
    return local;
  }

  #endpoint(at: number): Endpoint | null {
    const address = this.#address(at);
    const port = this.#hex(at + this.#addressDigits + 1, 4);
    return address === null || port < 0 ? null : { address, port };
  }

  #address(at: number): string | null {
    const hex = this.#text.slice(at, at + this.#addressDigits);
    const known = this.#addresses.get(hex);
    if (known !== undefined) return known;
    for (let word = 0; word < this.#addressDigits; word += 8) if (this.#hex(at + word, 8) < 0) return null;
    const address = formatIp(hex, this.#byteOrder);
    this.#addresses.set(hex, address);
    return address;
  }

  /** The number of `digits` hex digits at `at`; -1 where one is none. */
  #hex(at: number, digits: number): number {
    let value = 0;
    for (let next = at; next < at + digits; next++) {
      const digit = toHexDigit(this.#text.charCodeAt(next));
      if (digit < 0) return -1;
      value = value * 16 + digit;
    }
    return value;
  }

  #skipBlanks(at: number, end: number): number {
    let next = at;
    while (next < end && this.#text.charCodeAt(next) === BLANK) next++;
    return next;
  }

  #skipDigits(at: number, end: number): number {
    let next = at;
    while (next < end && isDigit(this.#text.charCodeAt(next))) next++;
    return next;
  }

  #skipCell(at: number, end: number): number {
    let next = at;
    while (next < end && this.#text.charCodeAt(next) !== BLANK) next++;
    return next;
  }
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** The kernel prints `%X`: capitals. */
function toHexDigit(code: number): number {
  if (isDigit(code)) return code - 0x30;
  return code >= 0x41 && code <= 0x46 ? code - 0x37 : -1;
}

/** Says which cell of a bad line is the first that does not fit. Only bad lines pay for it. */
function toInetFault(table: InetTable, line: number, text: string): ParseFault {
  const source = `proc-net-${table}`;
  const cells = toCells(text);
  const shapes = toCellShapes(table);
  for (const [index, [field, shape]] of shapes.entries()) {
    const cell = cells[index] ?? '';
    if (!shape.test(cell)) return toFault(source, line, new Misfit(field, cell));
  }
  return toFault(source, line, new Misfit('line', text));
}

function toCellShapes(table: InetTable): readonly (readonly [field: string, shape: RegExp])[] {
  const endpoint = table.endsWith('6') ? /^[0-9A-F]{32}:[0-9A-F]{4}$/ : /^[0-9A-F]{8}:[0-9A-F]{4}$/;
  return [
    ['sl', /^\d+:$/],
    ['local_address', endpoint],
    ['rem_address', endpoint],
    ['st', /^[0-9A-F]{2}$/],
    ['tx_queue:rx_queue', /^[0-9A-F]{8}:[0-9A-F]{8}$/],
    ['tr:tm->when', /./],
    ['retrnsmt', /./],
    ['uid', /^\d+$/],
    ['timeout', /./],
    ['inode', /^\d+$/],
    ['ref', /./],
  ];
}
