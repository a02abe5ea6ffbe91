import { type Inode, toInode } from '../model/inode.ts';
import type { Table } from '../model/fault.ts';
import type { LsofRow } from '../model/socket-row.ts';
import { parseLines } from './lines.ts';
import { toProtocolName } from './lsof-fields.ts';
import { isDecimal, Misfit } from './table.ts';

const HEADER = /^COMMAND\s.*\bPID\b.*\bFD\s+TYPE\s.*\bNAME\s*$/;
/** COMMAND PID USER FD TYPE and the rest. lsof prints a blank in a command as `\x20`. */
const ROW = /^\S+\s+(\d+)\s+\S+\s+(\*?\d+|[A-Za-z]\S*)[rwu-]?[A-Za-z]?\s+(\S+)\s+(.*)$/;
/** `163301 0t0 TCP *:11985 (LISTEN)`: internet and packet sockets have their inode in DEVICE. */
const INODE_IN_DEVICE = /^(\d+)\s+0t\d+\s+\S+\s*(.*)$/;
/** `0,9 0t0 16109 protocol: TCPv6`, `0x37e70e86 0t0 163293 @name type=STREAM`, `254,0 4096 2 /`, `254,0 2 /`. */
const INODE_IN_NODE = /^(?:\d+,\d+|0x[0-9a-f]+)\s+(?:(?:0t|0x)?[0-9a-f]+\s+)?(\d+)(?:\s+(.*))?$/;
/** `0t0 98112 KOBJECT_UEVENT`: raw and netlink sockets have no device. */
const NO_DEVICE = /^0t\d+\s+(\d+)\s*(.*)$/;

/**
 * Parses the default table, `lsof -nP -p PID`, with or without its header, its columns padded or narrowed:
 *
 *     COMMAND     PID USER   FD      TYPE             DEVICE SIZE/OFF    NODE NAME
 *     gshell-le 17195 root    9u     IPv6             163301      0t0     TCP *:11985 (LISTEN)
 *     gshell-le 17195 root   21u     sock                0,9      0t0  164604 protocol: TCPv6
 *
 * Columns may be empty, so the cells after TYPE are told apart by their shapes: `0t0` is an offset, `0,9` a device.
 * `fdText` is without access mode and lock. Never throws; lines that do not fit are in `faults`.
 *
 * @see lsof(8), OUTPUT
 */
export function parseLsofTable(text: string): Table<LsofRow> {
  return parseLines('lsof', text, (line) => {
    if (HEADER.test(line)) return null;
    const [, pid, fdText, type, rest] = ROW.exec(line) ?? [];
    if (pid === undefined || fdText === undefined || type === undefined || rest === undefined) {
      return new Misfit('FD', line);
    }
    if (fdText === 'NOFD') return toDenied(pid, `${type} ${rest}`);
    const { inode, name } = toPlace(rest.trimEnd());
    const fd = isDecimal(fdText) ? Number(fdText) : null;
    return { pid: Number(pid), fd, fdText, type, inode, name, protocolName: toProtocolName(type, name) };
  });
}

/** `gshell 17195 root NOFD    /proc/17195/fd (opendir: Permission denied)`: it could not look, which is not zero. */
function toDenied(pid: string, name: string): LsofRow {
  return { pid: Number(pid), fd: null, fdText: 'NOFD', type: '', inode: null, name, protocolName: null };
}

function toPlace(rest: string): { readonly inode: Inode | null; readonly name: string } {
  const [, inode, name] = INODE_IN_NODE.exec(rest) ?? NO_DEVICE.exec(rest) ?? INODE_IN_DEVICE.exec(rest) ?? [];
  return inode === undefined ? { inode: null, name: rest } : { inode: toInode(inode), name: name ?? '' };
}
