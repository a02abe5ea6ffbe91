import type { Table } from '../model/fault.ts';
import { toInode } from '../model/inode.ts';
import type { LsofRow } from '../model/tool-row.ts';
import { parseLines } from './lines.ts';
import { toProtocolName, toState } from './lsof-fields.ts';
import { isDecimal, Misfit } from './table.ts';

const HEADER = /^\s*COMMAND\s.*\bPID\b.*\bFD\s+TYPE\s+(?:DEVICE\b|.*\bNAME\s*$)/;
/** Types that lsof prints on Linux. A row of another type is recognised by its order. */
const TYPES =
  'REG|DIR|CHR|BLK|FIFO|LINK|PIPE|sock|IPv4|IPv6|inet|unix|netlink|pack|raw6?|rawsock|a_inode|unknown|pidfd|0000|DOOR|ax25|ipx|sctp|icmp|VSOCK|vsock|KQUEUE|systm|NPOLICY|PSXSHM|PSXSEM|key|fsevents|ATALK|ndrv|GIST|VREG|VDIR|VCHR|VFIFO|VLNK|unkn|unix\\?';
const FD = String.raw`\*?\d+|cwd|rtd|txt|mem|mmap|DEL|NOFD|err|jld|ltx|ctty|Lnn|Mxx|m\d+|pd|v86|tr|top`;
/** COMMAND PID, [PPID, PGID, TID, TASKCMD], USER, FD with its mode and lock, TYPE, the rest. */
const ROW = new RegExp(
  String.raw`^\s*(\S+)\s+(\d+)\s+(?:\d+\s+){0,3}(?:\S.{0,20}?\s+)?\S+\s+(${FD})[rwu-]?[A-Za-z]?\s+(${TYPES})(?:\s+(.*))?$`,
);
/** What most rows are, of the default columns: at a fifth of the cost. */
const COMMON_ROW =
  /^\s*(\S+)\s+(\d+)\s+\S+\s+(\d+)[rwu-]?[A-Za-z]?\s+(sock|IPv4|IPv6|REG|FIFO|unix|CHR|DIR|a_inode)\s+(.*)$/;
/** The same, narrowed to what any version prints: COMMAND PID USER FD TYPE. */
const PLAIN_ROW = /^\s*(\S+)\s+([1-9]\d*)\s+[^\s:]+\s+(\*?\d+|[A-Za-z]\S*)[rwu-]?[A-Za-z]?\s+(\S+)\s+(.*)$/;
/** `163301 0t0 TCP *:11985 (LISTEN)`: internet and packet sockets have their inode in DEVICE. */
const INODE_IN_DEVICE = /^(\d+)\s+(?:0t\d+|\d+)\s+([A-Za-z]\S*)\s*(.*)$/;
/** `0,9 0t0 16109 protocol: TCPv6`, `0x37e70e86 0t0 163293 @name type=STREAM`, `254,0 4096 2 /`, `254,0 2 /`, `0,15 0t0 1 8 pipe`. */
const INODE_IN_NODE = /^(?:\d+,\d+|0x[0-9a-f]+)\s+(?:(?:0t|0x)?[0-9a-f]+\s+)?(?:\d{1,4}\s+(?=\d))?(\d+)(?:\s+(.*))?$/;
/** `0t0 98112 KOBJECT_UEVENT`: raw and netlink sockets have no device. */
const NO_DEVICE = /^0t\d+\s+(\d+)\s*(.*)$/;

/** All columns that there are take less; a stranger's line may be what backtracks for ever. */
const LONGEST_HEADER = 400;

/** Whether a line is the heading of the table, with any columns. */
export function isLsofHeader(line: string): boolean {
  return line.length < LONGEST_HEADER && HEADER.test(line);
}

/**
 * Parses the default table, `lsof -nP -p PID`, with or without its header, its columns padded or narrowed, of any
 * version from 4.7 to 4.99, with threads (TID, TASKCMD), PPID, PGID, links (NLINK) or other ends (`+E`):
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
    if (isLsofHeader(line)) return null;
    return parseLsofRow(line) ?? new Misfit('FD', line);
  });
}

/** Whether a line is a row, at a tenth of the cost of reading it. */
export function isLsofRow(line: string): boolean {
  return (
    MAY_BE_ROW.test(line) &&
    (COMMON_ROW.test(line) || (HAS_FD.test(line) && ROW.test(line)) || parsePlainRow(line) !== null)
  );
}

/** The cells FD and TYPE, which prose does not have: at a tenth of the cost. */
const HAS_FD = new RegExp(String.raw`\s(?:${FD})[rwu-]?[A-Za-z]?\s+(?:${TYPES})(?:\s|$)`);
const MAY_BE_ROW = /^\s*\S+\s+\d/;

/** One row of the table, or null. */
export function parseLsofRow(line: string): LsofRow | null {
  const [, command, pid, fdText, type, rest = ''] = COMMON_ROW.exec(line) ?? ROW.exec(line) ?? [];
  if (command === undefined || pid === undefined || fdText === undefined || type === undefined)
    return parsePlainRow(line);
  return toRow({ command, pid, fdText, type, rest });
}

function parsePlainRow(line: string): LsofRow | null {
  const [, command, pid, fdText, type, rest] = PLAIN_ROW.exec(line) ?? [];
  if (command === undefined || pid === undefined || fdText === undefined) return null;
  if (type === undefined || rest === undefined || !looksRight(fdText, type)) return null;
  return toRow({ command, pid, fdText, type, rest });
}

const FD_NAME = /^(?:\*?\d+|[a-z]{2,4}|DEL|NOFD|m\d+|[A-Z][a-z]{2})$/;
const TYPE_NAME = /^(?:[A-Z][A-Za-z_]{2,9}\d?|[a-z]+_[a-z]+|0\d{3}|\/\S*)$/;

/** Prose has five words a line too: the FD column must look like one. */
function looksRight(fdText: string, type: string): boolean {
  return FD_NAME.test(fdText) && TYPE_NAME.test(type) && (isDecimal(fdText.replace('*', '')) || /^[A-Z/a]/.test(type));
}

interface Cells {
  readonly command: string;
  readonly pid: string;
  readonly fdText: string;
  readonly type: string;
  readonly rest: string;
}

/** Written out field by field: spreading took several times as long. */
function toRow({ command, pid, fdText, type, rest }: Cells): LsofRow {
  // `gshell 17195 root NOFD    /proc/17195/fd (opendir: Permission denied)`: it could not look, which is not zero.
  const isDenied = fdText === 'NOFD';
  const { inode, name, protocol } = isDenied ? toDenied(type, rest) : toPlace(type, rest.trimEnd());
  return {
    pid: Number(pid),
    fd: isDecimal(fdText) ? Number(fdText) : null,
    fdText,
    type: isDenied ? '' : type,
    inode,
    name,
    protocolName: toProtocolName(type, name),
    command,
    protocol,
    state: toState(type, name),
  };
}

function toDenied(type: string, rest: string): Pick<LsofRow, 'inode' | 'name' | 'protocol'> {
  return { inode: null, name: `${type} ${rest}`.trim(), protocol: null };
}

/** `RW,ND`, `W,LG`, `RW;CX`, `0x8002;0x1` of `+fg`: flags of the file, before its device. */
const FLAGS =
  /^(?:0x[0-9a-f]+(?:;0x[0-9a-f]+)?|[A-Z]{1,4}(?:,(?:0x[0-9a-f]+|[A-Z_]{1,6}))*(?:;[A-Z,]{1,12})?)\s+(?=\d+,\d|0x[0-9a-f]|\d+\s+0t)/;

function toPlace(type: string, text: string): Pick<LsofRow, 'inode' | 'name' | 'protocol'> {
  return toPlain(type, FLAGS.test(text) ? text.replace(FLAGS, '') : text);
}

function toPlain(type: string, rest: string): Pick<LsofRow, 'inode' | 'name' | 'protocol'> {
  // What most rows are is tried first.
  if (type.startsWith('IPv')) {
    const [, digits, protocol = null, text = ''] = INODE_IN_DEVICE.exec(rest) ?? [];
    if (digits !== undefined) return { inode: toInode(digits), name: text, protocol };
  }
  const [, digits, text = ''] = INODE_IN_NODE.exec(rest) ?? NO_DEVICE.exec(rest) ?? [];
  if (digits !== undefined) return { inode: toInode(digits), name: text, protocol: null };
  const [, inode, protocol = null, name = ''] = INODE_IN_DEVICE.exec(rest) ?? [];
  return inode === undefined ? { inode: null, name: rest, protocol: null } : { inode: toInode(inode), name, protocol };
}
