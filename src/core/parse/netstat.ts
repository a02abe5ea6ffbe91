import type { Table } from '../model/fault.ts';
import { type Inode, toInode } from '../model/inode.ts';
import { parseLines } from './lines.ts';
import { Misfit } from './table.ts';

/** One socket as netstat prints it. */
export interface NetstatRow {
  /** `tcp`, `tcp6`, `udp`, `raw6`, `unix` … */
  readonly protocol: string;
  readonly recvQueueBytes: number | null;
  readonly sendQueueBytes: number | null;
  /** `:::11985`; null for unix sockets. Long addresses are cut by netstat unless it runs with `-W`. */
  readonly local: string | null;
  readonly remote: string | null;
  /** `LISTEN`, `CLOSE_WAIT`, in German `VERBUNDEN`; `LISTENING`, `CONNECTED` for unix; `7` for raw; null when empty. */
  readonly state: string | null;
  readonly pid: number | null;
  /** The first argument of the process, cut by netstat: `bin/gshell`. */
  readonly program: string | null;
  /** Unix sockets have that column, and all with `-e`. */
  readonly inode: Inode | null;
  /** `STREAM`, `DGRAM` of a unix socket. */
  readonly type: string | null;
  /** Of a unix socket; abstract names start with `@`. */
  readonly path: string | null;
}

const INET =
  /^\s*((?:tcp|udp|udpl(?:ite)?|raw|icmp|sctp|dccp)[46]?6?)\s+(\d+)\s+(\d+)\s+(\S*[:.]\S+)\s+(\S*[:.]\S+)(?:\s+(POSLEDNÍ ACK|\p{Lu}[\p{Lu}_0-9]*|\d{1,3}(?!\/)(?=\s)))?(?:\s+(.*?))?\s*$/u;
/** After the state: with `-e` user and inode, with `-p` the owner, with `-o` a timer. */
const TAIL =
  /^(?:([A-Za-z0-9_.+-]+)\s+(\d+)(?=\s|$)\s*)?(?:-(?=\s|$)|(\d+)\/(.*?))?(?:\s*(?:off|on|keepalive|timewait|probe|unkn-\d+)\s+\([\d.]+\/\d+\/\d+\))?$/;
const UNIX =
  /^\s*unix\s+\d+\s+\[[^\]]*\]\s+([A-Z]+)\s+(?:(\p{Lu}+)\s+)?(\d+)(?:\s+(?:-(?=\s|$)|(\d+)\/(\S+(?: \S+)*?)))?(?:\s{1,}([@/].*?))?\s*$/u;
const HEADING = /^(?:Active |Aktive |Proto )/;

/**
 * Parses `netstat -apn`, whole or filtered by grep, its columns by their order:
 *
 *     tcp6       0      0 :::40811    :::*      LISTEN      3597864/bin/gshell
 *     unix  2      [ ACC ]     STREAM     LISTENING     3112600875 3597864/bin/gshell  @adaptiveservice/x.sock
 *
 * Without `-e` it prints no inode for anything but unix sockets, so its rows cannot be matched to descriptors.
 * Never throws; lines that do not fit are in `faults`.
 *
 * @see netstat(8)
 */
export function parseNetstat(text: string): Table<NetstatRow> {
  return parseLines('netstat', text, (line) => {
    if (HEADING.test(line)) return null;
    return parseNetstatRow(line) ?? new Misfit('Proto', line);
  });
}

/** One row, or null. */
export function parseNetstatRow(line: string): NetstatRow | null {
  return /^\s*unix\b/.test(line) ? toUnixRow(line) : toInetRow(line);
}

function toInetRow(line: string): NetstatRow | null {
  const [, protocol, received, sent, local, remote, word, rest = ''] = INET.exec(line) ?? [];
  if (protocol === undefined || local === undefined || remote === undefined) return null;
  // Only raw sockets have a number for a state; of all others it is the user that `-e` prints.
  const isUser = word !== undefined && /^\d/.test(word) && !/^(?:raw|icmp)/.test(protocol);
  const [state, tail] = isUser ? [undefined, `${word} ${rest}`] : [word, rest];
  const found = TAIL.exec(tail);
  if (found === null) return null;
  const [, , inode, pid, program] = found;
  return {
    protocol,
    recvQueueBytes: Number(received),
    sendQueueBytes: Number(sent),
    local,
    remote,
    state: state ?? null,
    ...toOwner(pid, program),
    inode: inode === undefined || inode === '0' ? null : toInode(inode),
    type: null,
    path: null,
  };
}

function toUnixRow(line: string): NetstatRow | null {
  const [, type = null, state, inode, pid, program, path] = UNIX.exec(line) ?? [];
  if (inode === undefined) return null;
  return {
    protocol: 'unix',
    recvQueueBytes: null,
    sendQueueBytes: null,
    local: null,
    remote: null,
    state: state ?? null,
    ...toOwner(pid, program),
    inode: toInode(inode),
    type,
    path: path ?? null,
  };
}

function toOwner(pid: string | undefined, program: string | undefined): Pick<NetstatRow, 'pid' | 'program'> {
  return { pid: pid === undefined ? null : Number(pid), program: program ?? null };
}
