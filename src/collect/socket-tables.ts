import { endianness } from 'node:os';
import { type Inode, toInode } from '../core/model/inode.ts';
import type { Table } from '../core/model/fault.ts';
import type { UnixRow } from '../core/model/socket-row.ts';
import type { UnixDiagReader } from '../core/parse/unix-diag.ts';
import { INET_TABLES, type InetRow, type InetTable } from '../core/model/inet-row.ts';
import type { ListedInet, ListedSocket, SocketTables } from '../core/model/socket-tables.ts';
import { parseProcNetInet } from '../core/parse/proc-net-inet.ts';
import { parseProcNetNetlink } from '../core/parse/proc-net-netlink.ts';
import { parseProcNetPacket } from '../core/parse/proc-net-packet.ts';
import { parseProcNetProtocols } from '../core/parse/proc-net-protocols.ts';
import { readInetDiag, readMptcpDiag, readUnixDiag } from './inet-diag.ts';
import { isOurs, readNetns, toDiagCalls } from './netns.ts';
import type { Deadline } from './deadline.ts';
import type { KernelCalls } from './kernel-calls.ts';
import type { ProcFs } from './proc-fs.ts';
import { TableTexts } from './table-texts.ts';

export interface TablesRequest {
  /** Which inodes matter: rows of others are left out as they are read. */
  readonly wants: (inode: string) => boolean;
  /** Which tables do; left out: all. */
  readonly reads?: ((table: string) => boolean) | undefined;
  /** Without them every table is read as text. */
  readonly calls: KernelCalls | null;
  /** What it has passed for is `missing`. */
  readonly deadline: Deadline;
  /** Whether what connections are used for matters too; left out: it does. */
  readonly withUse?: boolean;
  /** All that `wants` wants: once they are found, no other table is read. Left out: nobody knows. */
  readonly asked?: ReadonlySet<string>;
}

/**
 * Reads every socket table of the network namespace that `folder` (`4242` or `4242/task/4250`) lives in. A table the kernel does not have
 * (no IPv6, no UDP-Lite) is empty; one that may not be read is `missing`.
 *
 * Netlink tells the TCP sockets, of another namespace where we may go there; where it does not answer, the text.
 *
 * @see proc_pid_net(5)
 */
export async function readSocketTables(
  proc: ProcFs,
  folder: string,
  request: TablesRequest,
  netns = readNetns(proc, folder),
): Promise<SocketTables> {
  const counts = readSocketCounts(proc, folder);
  const diag = toDiagCalls(proc, folder, netns, request.calls);
  const reader = new TablesReader(proc, folder, { ...request, calls: diag });
  const isTold = (isOurs(proc, netns) || diag !== null) && reader.askNetlink();
  for (const table of TCP_TABLES) {
    if (!isTold && !isKnownEmpty(table, counts, request.wants)) await reader.readInet(table);
  }
  await reader.readUnix(isTold);
  for (const table of INET_TABLES) if (mayList(table, counts)) await reader.readInet(table);
  await reader.readOthers();
  const { byInode, ownerless, texts } = reader;
  const { missing, faults } = texts;
  const mptcpSockets = counts === null ? null : (counts.get('MPTCP') ?? 0) + (counts.get('MPTCPv6') ?? 0);
  const mptcp = isTold && mptcpSockets !== null && mptcpSockets > 0 ? reader.askMptcp() : null;
  return { netns, byInode, ownerless, missing, mptcpSockets, mptcp, faults };
}

const TCP_TABLES = ['tcp', 'tcp6'] as const;

/** What `net/protocols` calls the sockets of a table: the walk over the hash table of a kind that nobody has takes a millisecond. */
const COUNTED_AS = {
  tcp: 'TCP',
  tcp6: 'TCPv6',
  udp: 'UDP',
  udp6: 'UDPv6',
  udplite: 'UDP-Lite',
  udplite6: 'UDPLITEv6',
  raw: 'RAW',
  raw6: 'RAWv6',
  icmp: 'PING',
  icmp6: 'PINGv6',
} as const satisfies Record<InetTable, string>;

/** Gathers the rows of the tables in one folder, and what is wrong with them. */
class TablesReader {
  readonly byInode = new Map<Inode, ListedSocket>();
  readonly ownerless: InetRow[] = [];
  readonly texts: TableTexts;
  readonly #request: TablesRequest;

  constructor(proc: ProcFs, folder: string, request: TablesRequest) {
    this.#request = request;
    this.texts = new TableTexts(proc, folder, request);
  }

  /** Takes the TCP sockets of our own namespace from netlink. Whether it told them; also where nobody wants them. */
  askNetlink(): boolean {
    const { wants, reads, calls, deadline, withUse = true } = this.#request;
    if (deadline.isOver()) return false;
    if (reads !== undefined && !reads('tcp') && !reads('tcp6')) return true;
    const told = calls === null ? null : readInetDiag(calls, wants, withUse);
    for (const listed of told ?? []) this.#addInet(listed);
    return told !== null;
  }

  /** The true states of MPTCP sockets; null where the kernel does not tell them. */
  askMptcp(): SocketTables['mptcp'] {
    const { wants, calls } = this.#request;
    return calls === null ? null : readMptcpDiag(calls, wants);
  }

  async readInet(table: InetTable): Promise<void> {
    if (this.#hasAll()) return;
    const parse = (text: string): Table<InetRow> => parseProcNetInet(table, text, endianness(), this.#request.wants);
    for (const row of await this.texts.rowsOf(table, parse)) this.#addInet({ table, row });
  }

  /** Netlink tells more of the unix sockets of our own namespace; it costs nothing where nobody wants one. */
  async readUnix(isOurs: boolean): Promise<void> {
    if (this.#hasAll()) return;
    const { wants, calls, deadline } = this.#request;
    const rows = await this.texts.unixRows(wants);
    await deadline.rest();
    const told = isOurs && calls !== null && rows.length > 0 ? readUnixDiag(calls, wants) : null;
    const paths = told === null ? NO_PATHS : await this.#readPeerPaths(rows, told);
    for (const row of rows) {
      const diag = told?.byInode.get(row.inode) ?? null;
      const peerPathBytes = paths.get(diag?.peerInode ?? told?.waitsAt.get(row.inode) ?? '') ?? null;
      this.#add({ table: 'unix', row, diag, peerPathBytes });
    }
  }

  async readOthers(): Promise<void> {
    if (this.#hasAll()) return;
    for (const row of await this.texts.rowsOf('netlink', parseProcNetNetlink)) this.#add({ table: 'netlink', row });
    for (const row of await this.texts.rowsOf('packet', parseProcNetPacket)) this.#add({ table: 'packet', row });
  }

  /** The name of a server is that of the socket which it accepted, or of the listener at which a client waits: a client has none. */
  async #readPeerPaths(
    rows: readonly UnixRow[],
    { byInode, waitsAt }: Pick<UnixDiagReader, 'byInode' | 'waitsAt'>,
  ): Promise<ReadonlyMap<string, string>> {
    const peers = new Set<string>();
    for (const { inode, pathBytes } of rows) {
      const peer = pathBytes === null ? (byInode.get(inode)?.peerInode ?? waitsAt.get(inode) ?? '0') : '0';
      if (peer !== '0') peers.add(peer);
    }
    const paths = new Map<string, string>();
    const note = ({ inode, pathBytes }: UnixRow): void => {
      if (pathBytes !== null && peers.has(inode)) paths.set(inode, pathBytes);
      peers.delete(inode);
    };
    if (peers.size > 0) rows.forEach(note);
    const isPeer = (inode: string): boolean => peers.has(inode);
    const others = peers.size > 0 ? await this.texts.unixRows(isPeer) : [];
    others.forEach(note);
    return paths;
  }

  #hasAll(): boolean {
    const { asked } = this.#request;
    if (asked === undefined) return false;
    for (const inode of asked) if (inode !== '0' && !this.byInode.has(toInode(inode))) return false;
    return true;
  }

  #addInet(listed: ListedInet): void {
    if (listed.row.inode !== '0') this.#add(listed);
    else if (isTcp(listed.table)) this.ownerless.push(listed.row);
  }

  /** Subflows of one MPTCP connection share an inode: the first row stands for all. Rows of `unix` can be forged by a name with a newline. */
  #add(listed: ListedSocket): void {
    const known = this.byInode.get(listed.row.inode);
    if (known === undefined || known.table === 'unix') this.byInode.set(listed.row.inode, listed);
  }
}

const NO_PATHS: ReadonlyMap<string, string> = new Map();

/**
 * Whether a namespace has no socket that such a table would list; where rows without an owner are wanted, which are in no count, nobody
 * knows. The hash table behind `net/tcp` is that of the whole machine, and a walk over it takes 8 ms, for each namespace anew.
 */
function isKnownEmpty(
  table: 'tcp' | 'tcp6',
  counts: ReadonlyMap<string, number> | null,
  wants: (inode: string) => boolean,
): boolean {
  return !wants('0') && counts?.get(COUNTED_AS[table]) === 0;
}

/** Whether a table beside those of TCP may have rows. */
function mayList(table: InetTable, counts: ReadonlyMap<string, number> | null): boolean {
  return !isTcp(table) && counts?.get(COUNTED_AS[table]) !== 0;
}

/** How many sockets of each protocol the namespace has; null when the kernel does not say. @see kernel net/core/sock.c sock_prot_inuse_get() */
function readSocketCounts(proc: ProcFs, folder: string): ReadonlyMap<string, number> | null {
  const text = proc.text(`${folder}/net/protocols`);
  if (text.kind !== 'read') return null;
  return new Map(parseProcNetProtocols(text.value).rows.map(({ name, sockets }) => [name, sockets]));
}

function isTcp(table: InetTable): table is 'tcp' | 'tcp6' {
  return table === 'tcp' || table === 'tcp6';
}
