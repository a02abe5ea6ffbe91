import type { Inode } from '../../model/inode.ts';
import type { UnixRow } from '../../model/socket-row.ts';
import type { InetRow, InetTable } from '../../model/inet-row.ts';
import { parseProcNetInet } from '../../parse/proc-net-inet.ts';
import { parseProcNetNetlink } from '../../parse/proc-net-netlink.ts';
import { parseProcNetPacket } from '../../parse/proc-net-packet.ts';
import { parseProcNetUnix } from '../../parse/proc-net-unix.ts';
import { UNKNOWN_SOCKET } from '../descriptors.ts';
import { toUnixType } from '../unix-words.ts';
import { toPeer } from '../endpoint.ts';
import type { PartReading, SavedFormat } from '../format.ts';
import type { SavedSocket } from '../part.ts';
import type { ShownCommand } from '../prompt.ts';

const INET_ROW = /^\s*\d+:\s+(?:[0-9A-F]{8}){1,4}:[0-9A-F]{4}\s+(?:[0-9A-F]{8}){1,4}:[0-9A-F]{4}\s+[0-9A-F]{2}\s/;
const LONG_ADDRESS = /^\s*\d+:\s+[0-9A-F]{32}:/;
const INET_HEADING = /^\s*sl\s+local_address\s/;
const UNIX_ROW = /^[0-9a-f]{8,16}: [0-9A-F]{8} [0-9A-F]{8} [0-9A-F]{8} /;
const UNIX_HEADING = /^Num\s+RefCount\s+Protocol\s+Flags\s/;
const NETLINK_HEADING = /^sk\s+Eth\s+Pid\s+Groups\s/;
const PACKET_HEADING = /^sk\s+RefCnt\s+Type\s+Proto\s/;
const HEADING = new RegExp(
  [INET_HEADING, UNIX_HEADING, NETLINK_HEADING, PACKET_HEADING].map(({ source }) => source).join('|'),
);
const POINTER_ROW = /^[0-9a-f]{8,16} +\d+ +/;
/** Only datagrams are dropped for want of room. */
const DATAGRAM_HEADING = /\bref pointer drops\s*$/;
const TABLE_NAME = /\/net\/(tcp|udp|udplite|raw|icmp)6?\b/;

/** The socket tables of `/proc/net`, TCP, UDP and unix, as cat prints them, from a little-endian machine. */
export const PROC_NET: SavedFormat = {
  starts: (line) => isHeading(line) || INET_ROW.test(line) || UNIX_ROW.test(line),
  continues: isRow,
  isHeading,
  ownerOf: () => '',
  mayWrap: true,
  read: (lines, shown) => {
    const texts = lines.map(({ text }) => text);
    const rows = texts.filter((text) => isRow(text));
    const text = ['', ...rows, ''].join('\n');
    if (texts.some((line) => NETLINK_HEADING.test(line)))
      return toReading(parseProcNetNetlink(text).rows.map(({ inode }) => toHeld(inode, 'netlink')));
    if (texts.some((line) => PACKET_HEADING.test(line)))
      return toReading(parseProcNetPacket(text).rows.map(({ inode }) => toHeld(inode, 'packet')));
    if (rows.some((row) => UNIX_ROW.test(row))) {
      return toReading(parseProcNetUnix(text).rows.map(toUnix));
    }
    const table = toTable(texts, rows, shown);
    // Pasting makes tabs and single blanks of the columns.
    const spaced = text.replaceAll(/[\t ]+/g, ' ');
    const { rows: known, faults } = parseProcNetInet(table, spaced, 'LE');
    const reading = toReading(known.map((row) => toInet(table, row)));
    if (faults.length === 0) return reading;
    return { ...reading, partial: ['some rows could not be read: a window cut them'], isCut: true };
  },
};

function isHeading(line: string): boolean {
  return HEADING.test(line);
}

function isRow(line: string): boolean {
  return INET_ROW.test(line) || UNIX_ROW.test(line) || POINTER_ROW.test(line);
}

function toReading(rows: readonly SavedSocket[]): PartReading {
  return { tool: 'proc-net', pids: [], partial: [], content: { kind: 'sockets', rows, hasOwners: false } };
}

/** The command names the table; else the columns tell TCP from UDP, and the addresses 4 from 6. */
function toTable(texts: readonly string[], rows: readonly string[], shown: ShownCommand | null): InetTable {
  const named = [...(shown?.command ?? '').matchAll(new RegExp(TABLE_NAME, 'g'))].map(([, name]) => name);
  const only = new Set(named).size === 1 ? named[0] : undefined;
  const isDatagram = only === 'udp' || (only === undefined && texts.some((text) => DATAGRAM_HEADING.test(text)));
  const isLong = rows.some((row) => LONG_ADDRESS.test(row));
  if (only === 'raw' || only === 'icmp' || only === 'udplite') return isLong ? `${only}6` : only;
  if (isDatagram) return isLong ? 'udp6' : 'udp';
  return isLong ? 'tcp6' : 'tcp';
}

function toInet(table: InetTable, row: InetRow): SavedSocket {
  return {
    ...UNKNOWN_SOCKET,
    inode: row.inode === '0' ? null : row.inode,
    family: table.endsWith('6') ? 'inet6' : 'inet',
    protocol: table.replace(/6$/, ''),
    state: row.state,
    local: row.local,
    remote: toPeer(row.remote),
    sendQueueBytes: row.sendQueueBytes,
    recvQueueBytes: row.recvQueueBytes,
    listed: true,
  };
}

function toHeld(inode: Inode, family: 'netlink' | 'packet'): SavedSocket {
  return { ...UNKNOWN_SOCKET, inode, family, protocol: family, listed: true };
}

function toUnix({ inode, state, pathBytes, type }: UnixRow): SavedSocket {
  const unixType = toUnixType(type);
  return { ...UNKNOWN_SOCKET, inode, family: 'unix', protocol: 'unix', state, path: pathBytes, unixType, listed: true };
}
