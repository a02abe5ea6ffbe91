import type { Table } from '../model/fault.ts';
import { toInode } from '../model/inode.ts';
import type { SocketType } from '../model/socket.ts';
import type { PacketRow } from '../model/socket-row.ts';
import { isDecimal, Misfit, parseTable, toCells } from './table.ts';

/**
 * SOCK_STREAM and its sisters by their number; undefined where the kernel has none.
 *
 * @see socket(2); kernel include/linux/net.h
 */
export const SOCKET_TYPES: Readonly<Record<number, SocketType>> = {
  1: 'stream',
  2: 'dgram',
  3: 'raw',
  4: 'rdm',
  5: 'seqpacket',
  6: 'dccp',
  10: 'packet',
};

/**
 * Parses `/proc/<pid>/net/packet`.
 *
 *     sk               RefCnt Type Proto  Iface R Rmem   User   Inode
 *     00000000c2c7f8b1 3      3    0003   0     1 0      0      16109
 *
 * Never throws; lines that do not fit are in `faults`.
 *
 * @see kernel net/packet/af_packet.c packet_seq_show()
 */
export function parseProcNetPacket(text: string): Table<PacketRow> {
  return parseTable('proc-net-packet', text, (line) => {
    const cells = toCells(line);
    const typeNumber = cells[2] ?? '';
    const inode = cells[8] ?? '';
    const type = isDecimal(typeNumber) ? SOCKET_TYPES[Number(typeNumber)] : undefined;
    if (type === undefined) return new Misfit('Type', typeNumber);
    if (!isDecimal(inode)) return new Misfit('Inode', inode);
    return { inode: toInode(inode), type };
  });
}
