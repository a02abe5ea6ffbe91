import { type Inode, toInode } from '../model/inode.ts';
import type { ParseFault, Table } from '../model/fault.ts';
import { type Endpoint, TCP_STATES } from '../model/socket.ts';
import type { InetRow, InetTable } from '../model/inet-row.ts';
import { type ByteOrder, formatIp } from './ip.ts';
import { isBlank, Misfit, toCells, toFault } from './table.ts';

/** What most connections have. */
const NO_QUEUES = '00000000:00000000';

/** Hex digits of an address. */
const V4_DIGITS = 8;
const V6_DIGITS = 32;

/**
 * Parses `/proc/<pid>/net/{tcp,udp,udplite,raw,icmp}` and their IPv6 sisters: same columns, longer addresses.
 *
 *     sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
 *      0: 0100007F:1F90 0100007F:D2B4 08 00000000:00000001 00:00000000 00000000  1000        0 39309 1 …
 *
 * Addresses are 32-bit words printed in `byteOrder`, ports and queues plain hex. A state that the kernel of
 * today does not have is `UNKNOWN`: the socket is listed all the same.
 *
 * With `wants`, rows of other inodes are left out; `0` is that of rows without an owner (TIME_WAIT, SYN_RECV). Without it: rows + faults = non-blank lines after the header.
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
  const digits = table.endsWith('6') ? V6_DIGITS : V4_DIGITS;
  const shape = toShape(digits);
  const reader = new RowReader(text, digits, byteOrder);

  // A table may have a million rows, and most looks are the first of their process: the lines are gone over by
  // the engine's own search, which needs no warming up, and what is not wanted is never cut out of the text.
  let start = toLineEnd(text, 0) + 1;
  for (let line = 2; start < text.length; line++) {
    shape.lastIndex = start;
    const isRow = shape.test(text);
    const end = toLineEnd(text, isRow ? shape.lastIndex : start);
    if (isRow) {
      const inodeEnd = shape.lastIndex - 1;
      const inodeAt = text.lastIndexOf(' ', inodeEnd - 1) + 1;
      const inode = toInode(text.slice(inodeAt, inodeEnd));
      if (wants === undefined || wants(inode)) rows.push(reader.row(start, inode));
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

/** Matches a row up to the blank behind its inode: a number that ends where the text ends may be cut. */
function toShape(digits: number): RegExp {
  const endpoint = `[0-9A-F]{${digits}}:[0-9A-F]{4}`;
  const queues = '[0-9A-F]{8}:[0-9A-F]{8}';
  const timer = '[0-9A-F]{2}:[0-9A-F]{8,16} [0-9A-F]{8}';
  return new RegExp(` *\\d+: ${endpoint} ${endpoint} [0-9A-F]{2} ${queues} ${timer} +\\d+ +-?\\d+ \\d+ `, 'y');
}

/** Makes rows of lines that have the shape. Up to the queues every cell has its width. */
class RowReader {
  readonly #text: string;
  readonly #digits: number;
  readonly #byteOrder: ByteOrder;
  readonly #addresses = new Map<string, string>();
  /** Connections that one listener accepted share their local endpoint. */
  #lastLocal: Endpoint = { address: '', port: 0 };
  #lastLocalText = '';

  constructor(text: string, digits: number, byteOrder: ByteOrder) {
    this.#text = text;
    this.#digits = digits;
    this.#byteOrder = byteOrder;
  }

  row(start: number, inode: Inode): InetRow {
    const text = this.#text;
    const localAt = text.indexOf(':', start) + 2;
    const remoteAt = localAt + this.#digits + 6;
    const stateAt = remoteAt + this.#digits + 6;
    const queuesAt = stateAt + 3;
    const isIdle = text.startsWith(NO_QUEUES, queuesAt);
    return {
      inode,
      state: TCP_STATES[this.#hex(stateAt, 2)] ?? 'UNKNOWN',
      local: this.#local(localAt),
      remote: this.#endpoint(remoteAt),
      sendQueueBytes: isIdle ? 0 : this.#hex(queuesAt, 8),
      recvQueueBytes: isIdle ? 0 : this.#hex(queuesAt + 9, 8),
      backlog: null,
      use: null,
    };
  }

  #local(at: number): Endpoint {
    const text = this.#text.slice(at, at + this.#digits + 5);
    if (text !== this.#lastLocalText) {
      this.#lastLocal = this.#endpoint(at);
      this.#lastLocalText = text;
    }
    return this.#lastLocal;
  }

  #endpoint(at: number): Endpoint {
    const hex = this.#text.slice(at, at + this.#digits);
    let address = this.#addresses.get(hex);
    if (address === undefined) {
      address = formatIp(hex, this.#byteOrder);
      this.#addresses.set(hex, address);
    }
    return { address, port: this.#hex(at + this.#digits + 1, 4) };
  }

  #hex(at: number, digits: number): number {
    return Number.parseInt(this.#text.slice(at, at + digits), 16);
  }
}

/** Says which cell of a bad line is the first that does not fit. Only bad lines pay for it. */
function toInetFault(table: InetTable, line: number, text: string): ParseFault {
  const source = `proc-net-${table}`;
  const cells = toCells(text);
  for (const [index, [field, shape]] of toCellShapes(table).entries()) {
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
    ['tr:tm->when', /^[0-9A-F]{2}:[0-9A-F]{8,16}$/],
    ['retrnsmt', /^[0-9A-F]{8}$/],
    ['uid', /^\d+$/],
    ['timeout', /^-?\d+$/],
    ['inode', /^\d+$/],
    ['ref', /./],
  ];
}
