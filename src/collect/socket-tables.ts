import { endianness } from 'node:os';
import type { Inode } from '../core/model/descriptor.ts';
import type { ParseFault, Table } from '../core/model/fault.ts';
import { INET_TABLES, type InetRow, type InetTable } from '../core/model/socket-row.ts';
import type { ListedInet, ListedSocket, MissingTable, SocketTables } from '../core/model/socket-tables.ts';
import { parseProcNetInet } from '../core/parse/proc-net-inet.ts';
import { parseProcNetNetlink } from '../core/parse/proc-net-netlink.ts';
import { parseProcNetPacket } from '../core/parse/proc-net-packet.ts';
import { parseProcNetProtocols } from '../core/parse/proc-net-protocols.ts';
import { parseProcNetUnix } from '../core/parse/proc-net-unix.ts';
import { readInetDiag } from './inet-diag.ts';
import type { KernelCalls } from './kernel-calls.ts';
import type { ProcFs } from './proc-fs.ts';

export interface TablesRequest {
  /** Which inodes matter: rows of others are left out as they are read. */
  readonly wants: (inode: string) => boolean;
  /** Which tables do. */
  readonly reads?: (table: string) => boolean;
  /** Without them every table is read as text. */
  readonly calls: KernelCalls | null;
}

/**
 * Reads every socket table of the network namespace that `folder` (`4242` or `4242/task/4250`) lives in. A table the kernel does not have
 * (no IPv6, no UDP-Lite) is empty; one that may not be read is `missing`.
 *
 * Of the namespace that we live in ourselves, netlink tells the TCP sockets; of any other, and where netlink does not answer, the text.
 *
 * @see proc_pid_net(5)
 */
export function readSocketTables(
  proc: ProcFs,
  folder: string,
  { wants, reads = () => true, calls }: TablesRequest,
): SocketTables {
  const byInode = new Map<Inode, ListedSocket>();
  const ownerless: InetRow[] = [];
  const missing: MissingTable[] = [];
  const faults: ParseFault[] = [];
  const hasNet = proc.names(`${folder}/net`).kind === 'read';

  /** Rows of one table, none where the kernel has no such table. */
  function rowsOf<Row>(name: string, parse: (text: string) => Table<Row>): readonly Row[] {
    if (!reads(name)) return [];
    const text = proc.text(`${folder}/net/${name}`);
    if (text.kind === 'read') {
      if (!HEADER.test(text.value)) {
        faults.push({ source: `proc-net-${name}`, line: 1, field: 'header', found: text.value.slice(0, MOST_FOUND) });
        missing.push({ name, because: 'it does not begin with its header' });
        return [];
      }
      const table = parse(text.value);
      faults.push(...table.faults.slice(0, MOST_FAULTS));
      // Any user can put a broken row in the table unix by a name with a newline; in the others it is a broken reading.
      if (name !== 'unix' && table.faults.length > 0)
        missing.push({ name, because: `${table.faults.length} lines of it make no sense` });
      else if (name !== 'unix' && !text.value.endsWith('\n')) {
        faults.push(toCut(name, text.value));
        missing.push({ name, because: 'it ends within a line' });
      }
      return table.rows;
    }
    if (text.kind !== 'gone' || !hasNet)
      missing.push({ name, because: text.kind === 'failed' ? text.because : text.kind });
    return [];
  }

  const add = (listed: ListedInet): void => {
    if (listed.row.inode !== '0') addFirst(byInode, listed);
    else if (isTcp(listed.table)) ownerless.push(listed.row);
  };
  const netns = readNetns(proc, folder);
  const isOurs = proc.root === '/proc' && netns !== null && netns === readNetns(proc, 'self');
  const told = calls === null || !isOurs || !(reads('tcp') || reads('tcp6')) ? null : readInetDiag(calls, wants);
  for (const listed of told ?? []) add(listed);
  for (const table of INET_TABLES) {
    if (told !== null && isTcp(table)) continue;
    for (const row of rowsOf(table, (text) => parseProcNetInet(table, text, endianness(), wants))) add({ table, row });
  }
  for (const row of rowsOf('unix', parseProcNetUnix)) addFirst(byInode, { table: 'unix', row });
  for (const row of rowsOf('netlink', parseProcNetNetlink)) addFirst(byInode, { table: 'netlink', row });
  for (const row of rowsOf('packet', parseProcNetPacket)) addFirst(byInode, { table: 'packet', row });
  return {
    netns,
    byInode,
    ownerless,
    missing,
    mptcpSockets: readMptcpSockets(proc, folder),
    faults,
  };
}

function isTcp(table: InetTable): boolean {
  return table === 'tcp' || table === 'tcp6';
}

/** The kernel ends every line: behind one without an end, more may be missing. */
function toCut(name: string, text: string): ParseFault {
  const lines = text.split('\n');
  const found = lines.at(-1) ?? '';
  return { source: `proc-net-${name}`, line: lines.length, field: 'end of line', found: found.slice(0, MOST_FOUND) };
}

/** A broken table of a million lines is said in a few. */
const MOST_FAULTS = 20;
const MOST_FOUND = 80;

/** The kernel prints it even above no rows: a text without it was cut, or is something else. */
const HEADER = /^ *(sl|Num|sk) .*inode.*\n/i;

/** `4026531833`, the inode of the network namespace that `folder` lives in. */
export function readNetns(proc: ProcFs, folder: string): string | null {
  const link = proc.link(`${folder}/ns/net`);
  const [, inode] = link.kind === 'read' ? (/^net:\[(\d+)\]$/.exec(link.value) ?? []) : [];
  return inode ?? null;
}

/** Subflows of one MPTCP connection share an inode: the first row stands for all. */
function addFirst(byInode: Map<Inode, ListedSocket>, listed: ListedSocket): void {
  if (!byInode.has(listed.row.inode)) byInode.set(listed.row.inode, listed);
}

function readMptcpSockets(proc: ProcFs, folder: string): number | null {
  const text = proc.text(`${folder}/net/protocols`);
  if (text.kind !== 'read') return null;
  const mptcp = parseProcNetProtocols(text.value).rows.filter(({ name }) => name.startsWith('MPTCP'));
  return mptcp.reduce((sum, { sockets }) => sum + sockets, 0);
}
