import { type Inode, toInode } from '../model/inode.ts';
import { INET_TABLES, type InetRow } from '../model/inet-row.ts';
import type { ListedSocket, MissingTable, SocketTables } from '../model/socket-tables.ts';
import { type Endpoint, TCP_STATES, type TcpState } from '../model/socket.ts';
import { isOfAnotherNamespace } from './listing-scope.ts';
import type { Part, SavedSocket } from './part.ts';
import { toUnixState } from './unix-words.ts';

/** A socket of a process with the name that stands for its inode. */
export interface NamedSocket {
  readonly inode: Inode;
  readonly socket: SavedSocket;
}

const NOWHERE: Endpoint = { address: '?', port: 0 };
const OWNERLESS = toInode('0');
const DECIDING = ['tcp', 'tcp6'] as const;

/**
 * The socket tables as far as listings show them: every socket that one of them found in a table, and the tables that none of
 * them looked into, of which absence proves nothing. null where no listing looked into any.
 */
export function toTables(parts: readonly Part[], held: readonly NamedSocket[]): SocketTables | null {
  const byInode = new Map<Inode, ListedSocket>();
  for (const { inode, socket } of held) {
    const listed = socket.listed === true ? toListed(inode, socket) : null;
    if (listed !== null) byInode.set(inode, listed);
  }
  const seen = new Set(parts.flatMap(tablesOf));
  if (seen.size === 0 && byInode.size === 0) return null;
  return {
    netns: null,
    byInode,
    ownerless: parts.flatMap(({ content }) => (content.kind === 'sockets' ? content.rows.flatMap(toOwnerless) : [])),
    missing: DECIDING.filter((name) => !seen.has(name)).map((name) => ({ name, because: whyMissing(parts) })),
    mptcpSockets: parts.flatMap(({ content }) => (content.kind === 'protocols' ? content.mptcpSockets : []))[0] ?? null,
    mptcp: null,
    faults: [],
  };
}

/** Why the listings show no table for a socket. */
export function whyMissing(parts: readonly Part[]): MissingTable['because'] {
  if (parts.some(isOfAnotherNamespace))
    return 'the listing was made in another network namespace: it shows none of its sockets';
  return parts.some(({ tool, content }) => tool === 'netstat' && content.kind === 'sockets')
    ? 'netstat was run without -e: it prints no inodes, and which descriptor has which socket is not known'
    : 'nothing that was saved shows it';
}

/** The tables of TCP that a part looked into, all of them. */
function tablesOf(part: Part): readonly (typeof DECIDING)[number][] {
  const { content, tool, command } = part;
  if (content.kind === 'descriptors') {
    const looks = content.rows.some(({ socket }) => socket !== null && socket.listed !== null);
    return looks && !isOfAnotherNamespace(part) ? DECIDING : [];
  }
  if (content.kind !== 'sockets') return [];
  if (tool === 'proc-net') return DECIDING.filter((name) => tableNameOf(part) === name);
  const isAll = command === null ? content.rows.some(({ state }) => state === 'LISTEN') : /\s-\w*a/.test(command);
  const isFiltered = command !== null && /\||\bstate\b|[sd]port/.test(command);
  // Rows without inode and number are found for no descriptor: that one is not among them says nothing.
  const isJoinable = ({ inode, holders }: SavedSocket) => inode !== null || holders.some(({ fd }) => fd !== null);
  const isTold = content.rows.some((row) => row.protocol === 'tcp' && isJoinable(row));
  return isAll && !isFiltered && isTold ? DECIDING : [];
}

/** The name of a saved table: from its file or command, else by its rows. */
function tableNameOf({ command, content }: Part): string | null {
  const [, named] = /\/net\/([a-z]+6?)$/.exec(command ?? '') ?? [];
  if (named !== undefined || content.kind !== 'sockets') return named ?? null;
  const [first] = content.rows;
  if (first === undefined) return null;
  return `${first.protocol}${first.family === 'inet6' ? '6' : ''}`;
}

/**
 * Whether a socket in no table is TCP, as good as surely: tables of everything else that is common were saved, and it is in none.
 */
export function hasAllTables(parts: readonly Part[]): boolean {
  const names = new Set(parts.flatMap((part) => (part.tool === 'proc-net' ? (tableNameOf(part) ?? []) : [])));
  return ['tcp', 'tcp6', 'udp', 'udp6', 'unix', 'netlink'].every((name) => names.has(name));
}

function toListed(inode: Inode, socket: SavedSocket): ListedSocket | null {
  switch (socket.family) {
    case 'inet':
    case 'inet6':
      return toInetListed(inode, socket, socket.family);
    case 'unix':
      return {
        table: 'unix',
        row: {
          inode,
          type: socket.unixType ?? 'stream',
          state: toUnixState(socket.state) ?? 'UNCONNECTED',
          pathBytes: socket.path,
        },
        diag: null,
        peerPathBytes: null,
      };
    case 'netlink':
      return { table: 'netlink', row: { inode, protocolNumber: -1 } };
    case 'packet':
      return { table: 'packet', row: { inode, type: 'packet' } };
    case 'other':
    case null:
      return null;
  }
}

function toInetListed(inode: Inode, socket: SavedSocket, family: 'inet' | 'inet6'): ListedSocket | null {
  const name = `${socket.protocol ?? 'tcp'}${family === 'inet6' ? '6' : ''}`;
  const table = INET_TABLES.find((one) => one === name);
  const state = toTcpStateOf(socket);
  return table === undefined || state === null ? null : { table, row: toRow(inode, socket, state) };
}

/** Tools print no state for what has none to the kernel but CLOSE: unconnected UDP and raw sockets. */
function toTcpStateOf({ state, protocol, remote }: SavedSocket): TcpState | null {
  const known = TCP_STATES.find((one) => one === state);
  if (known !== undefined) return known;
  if (protocol === 'tcp' || protocol === 'mptcp') return null;
  return remote === null ? 'CLOSE' : 'ESTABLISHED';
}

function toRow(inode: Inode, { local, remote, recvQueueBytes, sendQueueBytes }: SavedSocket, state: TcpState): InetRow {
  return {
    inode,
    state,
    local: local ?? NOWHERE,
    remote: remote ?? NOWHERE,
    sendQueueBytes,
    recvQueueBytes,
    backlog: null,
    use: null,
  };
}

/** TIME_WAIT, SYN_RECV, and connections that wait to be accepted. */
function toOwnerless(socket: SavedSocket): readonly InetRow[] {
  const state = TCP_STATES.find((one) => one === socket.state);
  const isOwned = socket.inode !== null || socket.holders.length > 0;
  if (isOwned || state === undefined || socket.protocol !== 'tcp' || state === 'LISTEN') return [];
  return state === 'TIME_WAIT' || state === 'SYN_RECV' ? [toRow(OWNERLESS, socket, state)] : [];
}
