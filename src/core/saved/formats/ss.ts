import { toInodeOf, UNKNOWN_SOCKET } from '../descriptors.ts';
import { pidsOfHolders } from '../pids.ts';
import { parseListedEndpoint, toPeer } from '../endpoint.ts';
import type { SavedFormat } from '../format.ts';
import type { SavedLine } from '../lines.ts';
import type { SavedSocket } from '../part.ts';
import type { ShownCommand } from '../prompt.ts';
import { toTcpState } from '../socket-states.ts';
import { toUnixType } from '../unix-words.ts';

const STATE =
  'ESTAB|SYN-SENT|SYN-RECV|FIN-WAIT-1|FIN-WAIT-2|TIME-WAIT|UNCONN|CLOSE-WAIT|LAST-ACK|LISTEN|CLOSING|NEW-SYN-RECV|BOUND-INACTIVE|UNKNOWN';
const NETID = 'tcp|udp|raw|dccp|sctp|mptcp|icmp6?|u_str|u_dgr|u_seq|nl|p_raw|p_dgr|v_str|v_dgr|ti_\\w+|xdp|\\?\\?\\?';
/** A terminal of ss glues columns when it has no width: `tcpESTAB`, `LISTEN0`. */
const ROW = new RegExp(`^\\s*(?:(${NETID})\\s*)?(${STATE})\\s*(\\d+)\\s+(\\d+)\\s+(\\S.*)$`);
/** `ss … state close-wait` prints no State column. */
const STATELESS = new RegExp(
  `^(?:(${NETID})\\s+)?(\\d+)\\s+(\\d+)\\s+(\\S+:(?:\\*|\\d+))\\s+(\\S+:(?:\\*|\\d+))(?:\\s+(.*))?$`,
);
const HEADING = /^\s*(?:Netid\s*)?(?:State\s*)?Recv-Q\s*Send-Q\s*Local\s+Address/;
const DETAIL =
  /^\s+(?:users:\(|timer:\(|skmem:\(|cubic|bbr|reno|ts |sack|uid:|ino:|sk:|wscale:|rto:|cgroup:|\S+:(?:\*|\d+)\s*$|\S+:(?:\*|\d+)\s+users:)|^users:\(|^\t/;
const USERS = /\("([^"]{0,15})",(?:pid=)?(\d+),(?:fd=)?(\d+)\)/g;
const INODE = /\bino:(\d+)/;

/** `ss` with any flags: one family or more, on two lines, old users, glued columns, with and without State. */
export const SS: SavedFormat = {
  starts: (line) => ROW.test(line) || HEADING.test(line),
  continues: (line) => ROW.test(line) || DETAIL.test(line) || STATELESS.test(line),
  isHeading: (line) => HEADING.test(line),
  ownerOf: () => '',
  mayWrap: true,
  read: (lines, shown) => {
    const state = stateOf(shown);
    const believed = withoutBrokenPaths(lines);
    const rows = unfold(believed).map((row) => withState(toSocket(row, netidOf(shown)), state));
    if (rows.length === 0) return null;
    const pids = pidsOfHolders(rows);
    const isBroken = believed.length < lines.length;
    const partial = isBroken ? ['the path of a unix socket has a line break: what may be of it is not believed'] : [];
    const cut = isBroken ? ({ isCut: true } as const) : {};
    return { tool: 'ss', pids, partial, ...cut, content: { kind: 'sockets', rows, hasOwners: pids.length > 0 } };
  },
};

/** `ss state close-wait` prints no State column: its command tells. */
function stateOf(shown: ShownCommand | null): string | null {
  const [, word] = /\bstate\s+([a-z]+(?:-[a-z0-9]+)*)/.exec(shown?.command ?? '') ?? [];
  return word === undefined ? null : toTcpState(word);
}

function withState(socket: SavedSocket, state: string | null): SavedSocket {
  return socket.state === null && state !== null ? { ...socket, state } : socket;
}

/** `ss -u` prints no Netid column: its command tells; null where it does not. */
function netidOf(shown: ShownCommand | null): string | null {
  const [, letters = ''] = /\bss\s+-(\w+)/.exec(shown?.command ?? '') ?? [];
  const asked = NETIDS.filter(([letter]) => letters.includes(letter));
  return asked.length === 1 ? (asked[0]?.[1] ?? null) : null;
}

const NETIDS = [
  ['t', 'tcp'],
  ['u', 'udp'],
  ['w', 'raw'],
  ['M', 'mptcp'],
] as const;

/** A unix row that ends in its path: `u_str ESTAB 0 0 /run/a`, without its number and the other end. */
const PATH_ALONE = /^\s*u_(?:str|dgr|seq)\s*[A-Z][A-Z0-9-]+\s*\d+\s+\d+\s+((?:\/|@)\S*(?: (?!\d+\s)\S+)*)\s*$/;
/** sun_path. */
const LONGEST_PATH = 108;

/** ss prints a path as it is: after a line break in it anything may follow that looks like a row, as far as a path is long. */
function withoutBrokenPaths(lines: readonly SavedLine[]): readonly SavedLine[] {
  let left = -1;
  return lines.filter(({ text }) => {
    const isOfPath = left >= 0;
    if (isOfPath) left -= text.length + 1;
    const [, path] = PATH_ALONE.exec(text) ?? [];
    if (path !== undefined) left = Math.max(left, LONGEST_PATH - path.length - 1);
    return !isOfPath && path === undefined;
  });
}

/** Rows with the lines that belong to them. */
function unfold(lines: readonly SavedLine[]): readonly string[] {
  const rows: string[] = [];
  for (const { text } of lines) {
    if (HEADING.test(text)) continue;
    if (ROW.test(text) || (STATELESS.test(text) && !/^\s/.test(text))) rows.push(text.trim());
    else if (rows.length > 0) rows[rows.length - 1] += ` ${text.trim()}`;
  }
  return rows;
}

function toSocket(row: string, netid: string | null): SavedSocket {
  const cells = toCells(row);
  const { text } = cells;
  const kind = cells.kind ?? netid ?? 'tcp';
  const [localText = '', remoteText = ''] = text.split(/\s+/);
  const base = {
    ...UNKNOWN_SOCKET,
    state: cells.state === null ? null : toTcpState(cells.state),
    recvQueueBytes: cells.received,
    sendQueueBytes: cells.sent,
    holders: [...text.matchAll(USERS)].map(([, , pid, fd]) => ({ pid: Number(pid), fd: Number(fd) })),
    listed: true,
  };
  if (kind.startsWith('u_')) return { ...base, ...toUnix(text), unixType: toUnixType(kind) };
  const family = isInet6(localText) ? 'inet6' : 'inet';
  return {
    ...base,
    family,
    // One family asked for is TCP, as good as always; but no table lists TCP that is over.
    protocol: cells.kind === null && netid === null && cells.state === 'UNCONN' ? null : kind.replace('icmp6', 'icmp'),
    inode: toInodeOf(INODE.exec(text)?.[1]),
    local: parseListedEndpoint(localText, family),
    remote: toPeer(parseListedEndpoint(remoteText, family)),
  };
}

function toCells(row: string): {
  readonly kind: string | null;
  readonly state: string | null;
  readonly received: number;
  readonly sent: number;
  readonly text: string;
} {
  const [, kind = null, state, received, sent, text] = ROW.exec(row) ?? [];
  if (state !== undefined && text !== undefined)
    return { kind, state, received: Number(received), sent: Number(sent), text };
  const [, netid = null, recvQueue, sendQueue, local = '', remote = '', rest = ''] = STATELESS.exec(row) ?? [];
  const ends = `${local} ${remote} ${rest}`;
  return { kind: netid, state: null, received: Number(recvQueue), sent: Number(sendQueue), text: ends };
}

/** `* 78336` and `@name 78336`: what ss prints as port is the inode. */
function toUnix(text: string): Partial<SavedSocket> {
  const [path = '*', port = ''] = text.split(/\s+/);
  return { family: 'unix', protocol: 'unix', path: path === '*' ? null : path, inode: toInodeOf(port) };
}

/** A star listens on both; IPv6 stands in brackets, in old versions without. */
function isInet6(local: string): boolean {
  return local.startsWith('[') || local.startsWith('*:') || local.startsWith(':::') || local.split(':').length > 2;
}
