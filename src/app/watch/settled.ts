import type { Deadline } from '../../collect/deadline.ts';
import type { KnownFile } from '../../collect/file-facts.ts';
import { ProcessFolder } from '../../collect/process-folder.ts';
import type { Descriptor } from '../../core/model/descriptor.ts';
import { type Evidence, fdKey } from '../../core/model/evidence.ts';
import type { Inode } from '../../core/model/inode.ts';
import type { OpenDescriptor } from '../../core/model/open-descriptor.ts';
import type { TcpState } from '../../core/model/socket.ts';
import type { WalkRow, WalkSocket } from '../../core/model/walk.ts';
import type { ListedSocket, SocketTables } from '../../core/model/socket-tables.ts';
import { readAllTables } from '../inspect/read-all-tables.ts';
import type { World } from '../world.ts';
import type { WatchWalk } from './watch-walk.ts';

/** What a look saw where nothing was doubtful: while the kernel shows the same, another look would say the same. */
export interface Settled {
  /** Every descriptor, by `fdKey`. */
  readonly byKey: ReadonlyMap<string, Descriptor>;
  /** The rows of its sockets, but for those that are in no table and never will be. */
  readonly rows: ReadonlyMap<Inode, ListedSocket>;
}

const IPPROTO_TCP = 6;

/** States that say the same however long they last, and whoever looks. */
const LASTING_STATES: ReadonlySet<TcpState> = new Set<TcpState>(['ESTABLISHED', 'LISTEN']);

/**
 * What went by another link once it is something else, sockets that are over, and those that have no state which a table would tell.
 */
export function isLasting({ kind, socket, verdict }: Descriptor): boolean {
  if (kind !== 'socket') return true;
  if (verdict.is === 'orphaned') return true;
  return socket?.listed === false && (verdict.is === 'datagram' || verdict.is === 'untabulated');
}

/** null where the next look has to ask again: for a socket whose state passes, or is in no table of its own namespace. */
export function toSettled(
  { open, unread, tables: { own } }: Pick<Evidence, 'open' | 'unread' | 'tables'>,
  byKey: ReadonlyMap<string, Descriptor>,
): Settled | null {
  if (open.kind !== 'read' || unread !== null) return null;
  const rows = new Map<Inode, ListedSocket>();
  for (const one of byKey.values()) {
    if (one.tid !== null) return null;
    if (isLasting(one)) continue;
    const listed = one.inode === null ? undefined : own?.byInode.get(one.inode);
    if (one.inode === null || listed === undefined || !isAtRest(listed)) return null;
    rows.set(one.inode, listed);
  }
  return rows.size > 0 && (own === null || !isWhole(own)) ? null : { byKey, rows };
}

/** A listener in which clients wait is looked at twice; what netlink does not tell of a unix connection, ss is asked from time to time. */
function isAtRest(listed: ListedSocket): boolean {
  if (listed.table === 'unix') return listed.diag !== null || listed.row.state !== 'CONNECTED';
  if (listed.table !== 'tcp' && listed.table !== 'tcp6') return true;
  const { state, recvQueueBytes } = listed.row;
  return LASTING_STATES.has(state) && (state !== 'LISTEN' || recvQueueBytes === 0);
}

/** Of an MPTCP connection the row is that of a subflow. */
function isWhole({ missing, mptcpSockets }: SocketTables): boolean {
  return missing.length === 0 && mptcpSockets === 0;
}

/**
 * Whether the process holds the same descriptors as then, and each socket is in the same state. A fifth of what a whole look costs; what it
 * does not find the same is for a whole look to tell.
 */
export async function isStillSo(world: World, pid: number, settled: Settled, how: StillHow): Promise<boolean> {
  const { deadline } = how;
  const load = world.kernelCalls();
  const process = new ProcessFolder(world.proc, pid, { calls: load.kind === 'loaded' ? load.calls : null });
  const rows = await how.walk.over(pid, settled.byKey.size, world);
  if (!(rows === null ? await isListedSo(process, settled, deadline) : isWalkedSo(rows, settled))) return false;
  const untold = rows === null ? settled.rows : untoldBy(rows, settled);
  if (untold.size === 0) return true;
  const inodes = new Set<string>(untold.keys()).add('0');
  const now = await world.network.own(process, { inodes, sinceMs: null, deadline });
  if (!isWhole(now)) return false;
  for (const [inode, row] of untold) if (!isSame(now.byInode.get(inode), row)) return false;
  return true;
}

interface StillHow {
  readonly walk: Pick<WatchWalk, 'over'>;
  readonly deadline: Deadline;
}

async function isListedSo(process: ProcessFolder, { byKey }: Settled, deadline: Deadline): Promise<boolean> {
  const asThen = ({ fd, tid, link }: Pick<OpenDescriptor, 'fd' | 'tid' | 'link'>): Descriptor | null => {
    const then = byKey.get(fdKey(fd, tid));
    return then?.target === link ? then : null;
  };
  const knownFile: KnownFile = (one) => asThen(one);
  const { open, leftOut, unread } = await readAllTables(process, { deadline, knownFile });
  if (open.kind !== 'read' || leftOut !== null || unread !== null) return false;
  return open.value.length === byKey.size && open.value.every((one) => asThen(one) !== null);
}

/** Another number of the thread is another table, of which there was none. */
function isWalkedSo(rows: readonly WalkRow[], { byKey }: Settled): boolean {
  return (
    rows.length === byKey.size &&
    rows.every((row) => {
      const then = byKey.get(fdKey(row.fd, null));
      if (then === undefined || row.tid !== row.pid) return false;
      return row.isSocket ? then.kind === 'socket' && then.inode === row.inode : then.target === row.link;
    })
  );
}

/** The rows of sockets of which the walk does not say that they are as they were: for the tables to tell. */
function untoldBy(rows: readonly WalkRow[], settled: Settled): Settled['rows'] {
  const untold = new Map(settled.rows);
  rows.forEach((row) => {
    const then = row.isSocket ? untold.get(row.inode) : undefined;
    // Of others, nothing more is read.
    const socket = then === undefined ? null : row.socket;
    if (then !== undefined && socket !== null && isStill(socket, then)) untold.delete(row.inode);
  });
  return untold;
}

/** The same state. What waits to be read says nothing of whether it is leaked. Of other protocols, the walk does not tell where they are connected to. */
function isStill(socket: WalkSocket, then: ListedSocket): boolean {
  if (then.table === 'unix') return isUnixStill(socket, then);
  if (then.table !== 'tcp' && then.table !== 'tcp6') return false;
  const { protocol, state, acceptQueue } = socket;
  return protocol === IPPROTO_TCP && state === then.row.state && (acceptQueue?.waiting ?? 0) === 0;
}

/** Of a connection, the peer must have ended nothing; of one that had, the tables tell. */
function isUnixStill(
  { state, shutdown, unix }: WalkSocket,
  { row, diag }: Extract<ListedSocket, { table: 'unix' }>,
): boolean {
  if (row.state !== 'CONNECTED') return row.state === 'LISTEN' && state === 'LISTEN';
  const isWhole = state === 'ESTABLISHED' && shutdown === 0 && unix !== null && unix.peer !== null;
  return isWhole && diag?.peerInode !== '0';
}

/** Whether two rows say the same, field by field. */
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const fields = Object.entries(a);
  return (
    fields.length === Object.keys(b).length && fields.every(([name, value]) => isSame(value, Reflect.get(b, name)))
  );
}
