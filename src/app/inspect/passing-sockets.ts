import { isStillOpen } from '../../collect/open-descriptors.ts';
import type { ProcessFolder } from '../../collect/process-folder.ts';
import { FEWEST_PASSING } from '../../core/classify/few-sockets.ts';
import { besidesEstablished } from '../../core/evidence/besides-established.ts';
import { fdKey } from '../../core/model/evidence.ts';
import type { Inode } from '../../core/model/inode.ts';
import type { OpenDescriptor } from '../../core/model/open-descriptor.ts';
import type { ListedInet, ListedSocket, SocketTables } from '../../core/model/socket-tables.ts';
import type { TcpState } from '../../core/model/socket.ts';

/** States that a busy healthy server shows at any moment: those that are other sockets a second later are traffic. */
const PASSING: ReadonlySet<TcpState> = new Set<TcpState>(['CLOSE_WAIT', 'FIN_WAIT1', 'FIN_WAIT2']);
/** The sockets of a process in a passing state, unix ones whose peer is gone among them, and listeners with clients beside others of their port, to be looked at again after a pause. */
export class PassingSockets {
  readonly #process: ProcessFolder;
  readonly #byInode = new Map<Inode, OpenDescriptor[]>();
  readonly dropped = new Set<string>();
  /** Half of the connection has ended, and data went through the other half between the looks. */
  readonly active = new Set<Inode>();
  /** Listeners in which as many clients wait as before, or more, or whose queue is full at both looks. */
  readonly steady = new Set<Inode>();
  readonly #queued: Queued;
  readonly #alone = new Set<Inode>();

  constructor(process: ProcessFolder, sockets: readonly OpenDescriptor[], own: SocketTables) {
    this.#process = process;
    const passing = new Set<Inode>();
    for (const socket of besidesEstablished(own)) {
      if (isTcp(socket) && PASSING.has(socket.row.state)) passing.add(socket.row.inode);
      else if (isAlone(socket)) this.#alone.add(socket.row.inode);
    }
    const untold = findUntold(own);
    // The table shows of an MPTCP connection that has ended a subflow that has not.
    for (const [inode, state] of own.mptcp ?? NONE) if (PASSING.has(state)) passing.add(inode);
    this.#queued = findQueued(own);
    for (const inode of [...this.#queued.all, ...this.#alone]) passing.add(inode);
    for (const descriptor of passing.size + untold.size === 0 ? [] : sockets) {
      if (descriptor.inode === null) continue;
      if (untold.has(descriptor.inode)) this.#dropClosed([descriptor], descriptor.inode);
      if (!passing.has(descriptor.inode)) continue;
      const known = this.#byInode.get(descriptor.inode);
      if (known === undefined) this.#byInode.set(descriptor.inode, [descriptor]);
      else known.push(descriptor);
    }
  }

  get doubtful(): number {
    const inodes = [...this.#byInode.keys()];
    const countIn = (some: ReadonlySet<Inode>): number => inodes.filter((inode) => some.has(inode)).length;
    const alone = countIn(this.#alone);
    const passing = [alone, inodes.length - alone - countIn(this.#queued.all)];
    return passing.reduce((sum, count) => (count < FEWEST_PASSING ? sum : sum + count), countIn(this.#queued.doubtful));
  }

  get inodes(): ReadonlySet<string> {
    return new Set(this.#byInode.keys());
  }

  /** The tables with the rows as `again` has them; descriptors that were closed meanwhile are dropped. */
  update(own: SocketTables, again: SocketTables): SocketTables {
    const byInode = new Map(own.byInode);
    const mptcp = own.mptcp === null || again.mptcp === null ? own.mptcp : new Map([...own.mptcp, ...again.mptcp]);
    for (const [inode, descriptors] of this.#byInode) {
      const now = again.byInode.get(inode);
      if (now !== undefined) {
        const before = own.byInode.get(inode);
        if (isActive({ row: before, state: own.mptcp?.get(inode) }, { row: now, state: again.mptcp?.get(inode) }))
          this.active.add(inode);
        if (this.#queued.all.has(inode) && isSteady(before, now)) this.steady.add(inode);
        byInode.set(inode, now);
      }
      if (now === undefined || isUntold(now)) this.#dropClosed(descriptors, inode);
    }
    return { ...own, byInode, mptcp };
  }

  #dropClosed(descriptors: readonly OpenDescriptor[], inode: Inode): void {
    for (const { fd, tid } of descriptors)
      if (!isStillOpen(this.#process, { fd, tid, inode })) this.dropped.add(fdKey(fd, tid));
  }
}

/** Listeners in whose queue clients wait. */
interface Queued {
  readonly all: ReadonlySet<Inode>;
  /** Those that are full, and where there are several of one port: the kernel gives each its share. */
  readonly doubtful: ReadonlySet<Inode>;
}

function findQueued(own: SocketTables): Queued {
  const perPort = new Map<number, ListedInet[]>();
  for (const socket of besidesEstablished(own)) {
    if (!isTcp(socket) || socket.row.state !== 'LISTEN') continue;
    const known = perPort.get(socket.row.local.port);
    if (known === undefined) perPort.set(socket.row.local.port, [socket]);
    else known.push(socket);
  }
  const all = new Set<Inode>();
  const doubtful = new Set<Inode>();
  for (const sockets of perPort.values()) {
    for (const socket of sockets) {
      if (queueOf(socket) === 0) continue;
      all.add(socket.row.inode);
      if (sockets.length > 1 || queueOf(socket) >= backlogOf(socket)) doubtful.add(socket.row.inode);
    }
  }
  return { all, doubtful };
}

function isSteady(before: ListedSocket | undefined, now: ListedSocket): boolean {
  return queueOf(now) >= Math.min(queueOf(before), backlogOf(now));
}

function backlogOf(socket: ListedSocket | undefined): number {
  return socket !== undefined && isTcp(socket) ? (socket.row.backlog ?? Infinity) : Infinity;
}

function queueOf(socket: ListedSocket | undefined): number {
  return socket !== undefined && isTcp(socket) ? (socket.row.recvQueueBytes ?? 0) : 0;
}

/** A unix connection whose peer is gone. */
function isAlone(socket: ListedSocket): boolean {
  return socket.table === 'unix' && socket.row.type !== 'dgram' && socket.diag?.peerInode === '0';
}

/** Connections that the table lists and netlink, asked a moment later, does not: most were closed between the two. */
function findUntold(own: SocketTables): ReadonlySet<Inode> {
  const untold = new Set<Inode>();
  let isTold = false;
  for (const socket of besidesEstablished(own)) {
    if (isUntold(socket)) untold.add(socket.row.inode);
    else if (socket.table === 'unix' && socket.diag !== null) isTold = true;
  }
  return isTold ? untold : new Set();
}

function isUntold(socket: ListedSocket): boolean {
  return socket.table === 'unix' && socket.row.state === 'CONNECTED' && socket.diag === null;
}

/** A row, and the state that netlink tells of an MPTCP connection. */
interface Seen {
  readonly row: ListedSocket | undefined;
  readonly state: TcpState | undefined;
}

/** Data that is sent again, to a peer that may be gone, does not count. */
function isActive(before: Seen, now: Seen): boolean {
  if (before.row === undefined || now.row === undefined || !isTcp(before.row) || !isTcp(now.row)) return false;
  const state = now.state ?? now.row.row.state;
  if ((before.state ?? before.row.row.state) !== state) return false;
  const [first, second] = [before.row.row.use, now.row.row.use];
  if (first === null || second === null || (second.retries ?? 0) > 0) return false;
  const grew = state === 'CLOSE_WAIT' ? 'bytesSent' : 'bytesReceived';
  return (second[grew] ?? 0) > (first[grew] ?? Infinity);
}

const NONE: ReadonlyMap<Inode, TcpState> = new Map();

function isTcp(socket: ListedSocket): socket is ListedInet {
  return socket.table === 'tcp' || socket.table === 'tcp6';
}
