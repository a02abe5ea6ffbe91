import { type Inode, toInode } from '../model/inode.ts';
import type { Table } from '../model/fault.ts';
import { parseLines } from './lines.ts';
import { Misfit } from './table.ts';

/** One socket as netstat prints it. */
export interface NetstatRow {
  /** `tcp`, `tcp6`, `udp`, `raw6`, `unix` … */
  readonly protocol: string;
  /** `:::11985`; null for unix sockets. Long addresses are cut by netstat unless it runs with `-W`. */
  readonly local: string | null;
  readonly remote: string | null;
  /** `LISTEN`, `CLOSE_WAIT`; `LISTENING`, `CONNECTED` for unix; `7` for raw; null when the column is empty. */
  readonly state: string | null;
  readonly pid: number | null;
  /** The first argument of the process, cut by netstat: `bin/gshell`. */
  readonly program: string | null;
  /** Only unix sockets have that column. */
  readonly inode: Inode | null;
  /** Of a unix socket; abstract names start with `@`. */
  readonly path: string | null;
}

const INET = /^([a-z]+[46]?)\s+\d+\s+\d+\s+(\S+)\s+(\S+)\s+(?:([A-Z][A-Z_0-9]*|\d{1,3})\s+)?(?:-|(\d+)\/(.*?))\s*$/;
const UNIX = /^unix\s+\d+\s+\[[^\]]*\]\s+[A-Z]+\s+(?:([A-Z]+)\s+)?(\d+)\s+(?:-|(\d+)\/(.*?))(?:\s+([@/].*?))?\s*$/;
const HEADING = /^(?:Active |Proto )/;

/**
 * Parses `netstat -apn`, whole or filtered by grep, its columns by their order:
 *
 *     tcp6       0      0 :::40811    :::*      LISTEN      3597864/bin/gshell
 *     unix  2      [ ACC ]     STREAM     LISTENING     3112600875 3597864/bin/gshell  @adaptiveservice/x.sock
 *
 * It prints no inode for anything but unix sockets, so its rows cannot be matched to descriptors.
 * Never throws; lines that do not fit are in `faults`.
 *
 * @see netstat(8)
 */
export function parseNetstat(text: string): Table<NetstatRow> {
  return parseLines('netstat', text, (line) => {
    if (HEADING.test(line)) return null;
    return (line.startsWith('unix') ? toUnixRow(line) : toInetRow(line)) ?? new Misfit('Proto', line);
  });
}

function toInetRow(line: string): NetstatRow | null {
  const [, protocol, local, remote, state, pid, program] = INET.exec(line) ?? [];
  if (protocol === undefined || local === undefined || remote === undefined) return null;
  return { protocol, local, remote, state: state ?? null, ...toOwner(pid, program), inode: null, path: null };
}

function toUnixRow(line: string): NetstatRow | null {
  const [, state, inode, pid, program, path] = UNIX.exec(line) ?? [];
  if (inode === undefined) return null;
  return {
    protocol: 'unix',
    local: null,
    remote: null,
    state: state ?? null,
    ...toOwner(pid, program),
    inode: toInode(inode),
    path: path ?? null,
  };
}

function toOwner(pid: string | undefined, program: string | undefined): Pick<NetstatRow, 'pid' | 'program'> {
  return { pid: pid === undefined ? null : Number(pid), program: program ?? null };
}
