import type { Inode } from '../model/inode.ts';
import type { OpenDescriptor } from '../model/open-descriptor.ts';
import type { SocketProbe } from '../model/probe.ts';
import type { AcceptedOn, Endpoint } from '../model/socket.ts';
import type { SocketTables } from '../model/socket-tables.ts';
import { isFixedPort, NO_CHANCE } from '../place/ports.ts';
import { besidesEstablished } from './besides-established.ts';

type InetFamily = 'inet' | 'inet6';

interface Listener {
  readonly fd: number;
  readonly family: InetFamily;
  readonly netns: string | null;
  readonly local: Endpoint;
}

interface Heard {
  readonly open: readonly OpenDescriptor[];
  readonly tables: readonly SocketTables[];
  /** Sockets in no table that say of themselves that they listen. */
  readonly listening: ReadonlyMap<Inode, SocketProbe>;
  /** How many of the sockets that are over have a local port: when many share one, it was a listener's. */
  readonly deadByPort: ReadonlyMap<number, number>;
}

/** Answers which listener of the process accepted a connection, by the local port that it still carries. */
export class Listeners {
  readonly #byPort = new Map<number, Listener[]>();
  /** Sockets of one listener share one endpoint object, and so one answer. */
  readonly #answered = new Map<Endpoint, { family: InetFamily; netns: string | null; answer: AcceptedOn | null }>();
  readonly #deadByPort: ReadonlyMap<number, number>;

  constructor({ open, tables, listening, deadByPort }: Heard) {
    this.#deadByPort = deadByPort;
    const byInode = toListening(tables, listening);
    if (byInode.size === 0) return;
    open.forEach(({ fd, kind, inode }) => {
      const listener = kind === 'socket' && inode !== null ? byInode.get(inode) : undefined;
      if (listener !== undefined) this.#add({ fd, ...listener });
    });
  }

  /**
   * `{ address: '::', port: 41375, listeners: [17] }`, or the socket's own address with no listeners when its port is one
   * that other dead sockets share. Null when nothing says that it was accepted: it may have been an outgoing connection.
   */
  acceptedOn(family: InetFamily, netns: string | null, local: Endpoint): AcceptedOn | null {
    const known = this.#answered.get(local);
    if (known !== undefined && known.family === family && known.netns === netns) return known.answer;
    const answer = this.#find(family, netns, local);
    this.#answered.set(local, { family, netns, answer });
    return answer;
  }

  #find(family: InetFamily, netns: string | null, local: Endpoint): AcceptedOn | null {
    const { port } = local;
    if (port === 0) return null;
    const listeners = (this.#byPort.get(port) ?? []).filter((listener) =>
      couldHaveAccepted(listener, family, netns, local),
    );
    const [first] = listeners;
    if (first !== undefined) {
      const because =
        listeners.length === 1
          ? 'a listener of this process has this port'
          : `${listeners.length} listening descriptors of this process share this port`;
      return { address: first.local.address, port, listeners: listeners.map(({ fd }) => fd), because };
    }
    const sharing = this.#deadByPort.get(port) ?? 0;
    // The port of a dead socket is free to the kernel: two may have been given the same by chance.
    if (sharing < (isFixedPort(port) ? 2 : NO_CHANCE)) return null;
    return {
      address: local.address,
      port,
      listeners: [],
      because: `${sharing} dead sockets share this local port, on which this process no longer listens`,
    };
  }

  #add(listener: Listener): void {
    const known = this.#byPort.get(listener.local.port);
    if (known === undefined) this.#byPort.set(listener.local.port, [listener]);
    else known.push(listener);
  }
}

/** Every listening socket that a table lists, or that says itself that it listens. */
function toListening(tables: Heard['tables'], answers: Heard['listening']): ReadonlyMap<Inode, Omit<Listener, 'fd'>> {
  const listening = new Map<Inode, Omit<Listener, 'fd'>>();
  for (const [inode, probe] of answers) {
    const listener = toListener(probe);
    if (listener !== null) listening.set(inode, listener);
  }
  for (const { netns, byInode } of tables) {
    for (const { table, row } of besidesEstablished({ byInode })) {
      if ((table !== 'tcp' && table !== 'tcp6') || row.state !== 'LISTEN') continue;
      listening.set(row.inode, { family: table === 'tcp' ? 'inet' : 'inet6', netns, local: row.local });
    }
  }
  return listening;
}

/**
 * A listener that only its own answer shows: no process lives in its network namespace, so no table does. Null for one whose namespace is
 * unknown: the same port may be open in several.
 */
function toListener({ info, family, netns, local }: SocketProbe): Omit<Listener, 'fd'> | null {
  if (info?.state !== 'LISTEN' || netns === null || local === null) return null;
  return family === 'inet' || family === 'inet6' ? { family, netns, local } : null;
}

/** A dual-stack listener on `::` accepts IPv4 as v4-mapped sockets, which are of family inet6 as it is. */
function couldHaveAccepted(listener: Listener, family: InetFamily, netns: string | null, local: Endpoint): boolean {
  if (listener.family !== family) return false;
  if (!mayBeIn(listener, netns)) return false;
  const { address } = listener.local;
  return address === '0.0.0.0' || address === '::' || address === local.address;
}

function mayBeIn(listener: Listener, netns: string | null): boolean {
  return netns === null || listener.netns === null || netns === listener.netns;
}
