import type { Table } from '../model/fault.ts';
import { type Inode, toInode } from '../model/inode.ts';
import { parseLines } from './lines.ts';
import { Misfit } from './table.ts';

/** One socket as `netstat --extend` prints it. */
export interface NetstatInodeRow {
  /** `tcp`, `udp6`, `unix` … */
  readonly protocol: string;
  /** `0` when the socket has no owner. */
  readonly inode: Inode;
}

/** The state is left out of rows of UDP; raw sockets have a number there. The user is a number, too. */
const INET = /^([a-z]+[46]?)\s+\d+\s+\d+\s+\S+\s+\S+\s+(?:(?:[A-Z][A-Z_0-9]*|\d{1,3})\s+)?\d+\s+(\d+)\s*$/;
const UNIX = /^(unix)\s+\d+\s+\[[^\]]*\]\s+[A-Z]+\s+(?:[A-Z]+\s+)?(\d+)(?:\s.*)?$/;
const HEADING = /^(?:Active |Proto )/;

/**
 * Parses the inodes of `netstat --all --numeric --wide --extend`, without `--programs`:
 *
 *     tcp        0      0 0.0.0.0:2024    0.0.0.0:*     LISTEN      0          1151
 *     unix  3      [ ]         STREAM     CONNECTED     2154385  /run/app.sock
 *
 * Never throws; lines that do not fit are in `faults`.
 *
 * @see netstat(8)
 */
export function parseNetstatExtended(text: string): Table<NetstatInodeRow> {
  return parseLines('netstat', text, (line) => {
    if (HEADING.test(line)) return null;
    const [, protocol, inode] = INET.exec(line) ?? UNIX.exec(line) ?? [];
    return protocol === undefined || inode === undefined
      ? new Misfit('Inode', line)
      : { protocol, inode: toInode(inode) };
  });
}
