import type { Table } from '../model/fault.ts';
import { isDecimal, Misfit, parseTable, toCells } from './table.ts';

/** How many sockets of one kernel protocol a network namespace has, listed in its tables or not. */
export interface ProtocolRow {
  /** The name that the xattr `system.sockprotoname` has too: `TCPv6`, `MPTCP`, `UNIX-STREAM`. */
  readonly name: string;
  readonly sockets: number;
}

/**
 * Parses `/proc/<pid>/net/protocols`.
 *
 *     protocol  size sockets  memory press maxhdr  slab module     cl co di ac …
 *     MPTCPv6   2064      0     234   no       0   yes  kernel      y  y  y  n …
 *
 * Never throws; lines that do not fit are in `faults`.
 *
 * @see kernel net/core/sock.c proto_seq_printf()
 */
export function parseProcNetProtocols(text: string): Table<ProtocolRow> {
  return parseTable('proc-net-protocols', text, (line) => {
    const [name = '', size = '', sockets = ''] = toCells(line);
    if (!isDecimal(size)) return new Misfit('size', size);
    if (!isDecimal(sockets)) return new Misfit('sockets', sockets);
    return { name, sockets: Number(sockets) };
  });
}
