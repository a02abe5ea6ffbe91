import { type Inode, toInode } from '../model/inode.ts';
import type { ParseFault, Table } from '../model/fault.ts';
import type { TcpState } from '../model/socket.ts';
import type { SsRow } from '../model/tool-row.ts';
import { skipUsers } from './ss-users.ts';
import { isBlank, Misfit, toFault } from './table.ts';

const STATES = new Map<string, TcpState>([
  ['ESTAB', 'ESTABLISHED'],
  ['SYN-SENT', 'SYN_SENT'],
  ['SYN-RECV', 'SYN_RECV'],
  ['FIN-WAIT-1', 'FIN_WAIT1'],
  ['FIN-WAIT-2', 'FIN_WAIT2'],
  ['TIME-WAIT', 'TIME_WAIT'],
  ['UNCONN', 'CLOSE'],
  ['CLOSE-WAIT', 'CLOSE_WAIT'],
  ['LAST-ACK', 'LAST_ACK'],
  ['LISTEN', 'LISTEN'],
  ['CLOSING', 'CLOSING'],
  ['NEW-SYN-RECV', 'NEW_SYN_RECV'],
  ['BOUND-INACTIVE', 'BOUND_INACTIVE'],
  ['UNKNOWN', 'UNKNOWN'],
]);

const HEADER = /(?:Netid +)?State +Recv-Q +Send-Q /y;
/** `tcp   ESTAB 0      0      `; with one family there is no Netid. */
const HEAD = /(?:([a-z][a-z0-9_?]*) +)?([A-Z][A-Z0-9-]+) +(\d+) +(\d+) +/y;
const ADDRESSES = /(\S+) +(\S+)(?= |\n) */y;
const DETAILS = / *(?:timer:\([^()\n]*\) +)?(?:uid:\d+ +)?(?:ino:(\d+) +sk:([0-9a-f]+)(?= |\n))?/y;

/** A path has at most 108 bytes, and so has the name of a peer. */
const LONGEST_PATH = 110;
const UNIX_WINDOW = 300;
/** `78336            * 78344 `: own inode, name and inode of the peer. */
const UNIX_PORTS = /(?<= )(\d+) +(\S+) +(\d+)(?= |\n) */g;
/** Its `ino:` is that of the path in the file system, not of the socket. */
const UNIX_DETAILS =
  / *(?:skmem:\([^()\n]*\) *)?(?:uid:\d+ *)?([<-]-[>-])?(?: +ino:\d+ +dev:[0-9/]+)?(?: +peers:[ \d]*)? *\n/y;

/** A row, and the index after it; names may hold newlines, so that a row is not a line. */
interface Parsed {
  readonly row: SsRow;
  readonly end: number;
}

/** What stands after the head of a row. */
interface Rest extends Pick<SsRow, 'inode' | 'cookie' | 'local' | 'remote' | 'peerInode'> {
  readonly end: number;
}

type Head = Pick<SsRow, 'netid' | 'state'>;

/**
 * Parses what ss prints for `-t -u -M -x -w -0 --vsock` with any of `-a n p e o i m`, header or not:
 *
 *     State  Recv-Q Send-Q Local Address:Port Peer Address:Port Process
 *     LISTEN 0      4096               *:11985           *:*    users:(("gshell",pid=17195,fd=9)) ino:163301 sk:1012 cgroup:/ v6only:0 <->
 *
 * ss prints no Netid when it is asked for one family: then `only`, say `tcp`, is put in. Lines of `-i` and `-m`
 * are indented and belong to the row before. For unix sockets the inode is what ss prints as port.
 *
 * Names of processes are at most 15 bytes and cannot forge what is read here. The path of a unix socket can hold
 * a whole row: unix sockets are best asked for alone, and where two rows tell different peers of one inode,
 * neither is believed. Never throws; what does not fit is in `faults`.
 *
 * @see ss(8); iproute2 misc/ss.c inet_show_sock(), unix_show_sock()
 */
export function parseSs(text: string, only = ''): Table<SsRow> {
  const rows: SsRow[] = [];
  const faults: ParseFault[] = [];
  let line = 1;
  let mayContinue = false;
  for (let at = 0; at < text.length;) {
    const newline = text.indexOf('\n', at);
    const found = newline === -1 ? new Misfit('end of line', text.slice(at)) : parseEntry(text, at, newline, only);
    let end = newline === -1 ? text.length : newline + 1;
    if (found instanceof Misfit) {
      if (!(isIndented(text, at) && mayContinue) && !isBlank(found.found)) faults.push(toFault('ss', line, found));
    } else if (found !== null) {
      rows.push(found.row);
      mayContinue = !isUnix(found.row.netid);
      line += countNewlines(text, newline + 1, found.end);
      end = found.end;
    }
    line += 1;
    at = end;
  }
  return rows.some(({ netid }) => isUnix(netid)) ? withoutDisputedPeers({ rows, faults }) : { rows, faults };
}

function isIndented(text: string, at: number): boolean {
  return text[at] === ' ' || text[at] === '\t';
}

function isUnix(netid: string): boolean {
  return netid.startsWith('u_');
}

function countNewlines(text: string, start: number, end: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', start); at !== -1 && at < end; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

/** The row at `at`, or null for a header. */
function parseEntry(text: string, at: number, newline: number, only: string): Parsed | Misfit | null {
  HEADER.lastIndex = at;
  if (HEADER.test(text)) return null;
  HEAD.lastIndex = at;
  const [, netid = only, stateName = '', recvQueue, sendQueue] = HEAD.exec(text) ?? [];
  const state = STATES.get(stateName);
  if (state === undefined) return new Misfit('State', text.slice(at, newline));
  const rest = isUnix(netid) ? parseUnix(text, HEAD.lastIndex, { netid, state }) : parseInet(text, HEAD.lastIndex);
  if (rest === null) return new Misfit('users', text.slice(at, newline));
  const { inode, cookie, local, remote, peerInode, end } = rest;
  // Field by field: spreading them took five times as long.
  const row = {
    netid,
    state,
    recvQueue: Number(recvQueue),
    sendQueue: Number(sendQueue),
    inode,
    cookie,
    local,
    remote,
    peerInode,
  };
  return { row, end };
}

function parseInet(text: string, at: number): Rest | null {
  ADDRESSES.lastIndex = at;
  const [addresses, local, remote] = ADDRESSES.exec(text) ?? [];
  if (addresses === undefined || local === undefined || remote === undefined) return null;
  const start = at + addresses.length;
  DETAILS.lastIndex = skipUsers(text, start);
  if (DETAILS.lastIndex === -1) return null;
  const [, inode, cookie] = DETAILS.exec(text) ?? [];
  const end = text.indexOf('\n', DETAILS.lastIndex) + 1;
  // A row without its end was cut, whatever it says.
  if (end === 0) return null;
  return {
    inode: inode === undefined ? null : toInode(inode),
    cookie: cookie ?? null,
    local,
    remote,
    peerInode: null,
    end,
  };
}

/** A path may look like anything, so the ports are the first that are followed by nothing but what ss prints there. */
function parseUnix(text: string, at: number, head: Head): Rest | null {
  const window = text.slice(at, at + UNIX_WINDOW);
  UNIX_PORTS.lastIndex = 0;
  for (;;) {
    const match = UNIX_PORTS.exec(window);
    if (match === null || match.index > LONGEST_PATH) return null;
    const [ports, inode = '', remote = '', peer = ''] = match;
    const start = at + match.index + ports.length;
    const end = skipUsers(text, start);
    UNIX_DETAILS.lastIndex = end;
    const details = end === -1 ? null : UNIX_DETAILS.exec(text);
    if (details !== null) {
      const local = window.slice(0, match.index).trimEnd();
      return {
        inode: toInode(inode),
        cookie: null,
        local,
        remote,
        peerInode: toPeerInode(head, peer, details[1]),
        end: UNIX_DETAILS.lastIndex,
      };
    }
    UNIX_PORTS.lastIndex = match.index + 1;
  }
}

/**
 * A peer without inode is gone, or it waits in an accept queue: null then. Peers of streams that go shut both
 * directions down, which `-e` shows as `---`; datagram sockets stay as they are.
 *
 * @see kernel net/unix/af_unix.c unix_release_sock()
 */
function toPeerInode({ netid, state }: Head, peer: string, arrow: string | undefined): Inode | null {
  const isWaiting =
    peer === '0' && state === 'ESTABLISHED' && netid !== 'u_dgr' && arrow !== undefined && arrow !== '---';
  return isWaiting ? null : toInode(peer);
}

/** Two rows of one inode with different peers: one of them is part of a path. */
function withoutDisputedPeers({ rows, faults }: Table<SsRow>): Table<SsRow> {
  const peers = new Map<Inode, Inode | null>();
  const disputed = new Set<Inode>();
  for (const { netid, inode, peerInode } of rows) {
    if (inode === null || !isUnix(netid)) continue;
    if (peers.has(inode) && peers.get(inode) !== peerInode) disputed.add(inode);
    peers.set(inode, peerInode);
  }
  if (disputed.size === 0) return { rows, faults };
  return {
    rows: rows.map((row) =>
      row.inode !== null && isUnix(row.netid) && disputed.has(row.inode) ? { ...row, peerInode: null } : row,
    ),
    faults,
  };
}
