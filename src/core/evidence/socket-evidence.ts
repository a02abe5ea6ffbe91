import type { Inode } from '../model/inode.ts';
import type { Facts, Looks } from '../model/facts.ts';
import type { SsRow } from '../model/socket-row.ts';
import type { ListedSocket, MissingTable, SocketTables } from '../model/socket-tables.ts';

/** All that is known of one socket inode, from every source. */
export interface SocketEvidence {
  readonly listed: ListedSocket | null;
  /** Namespace of the table it stands in. */
  readonly netns: string | null;
  readonly isForeign: boolean;
  readonly looks: Looks | null;
  /** `TCPv6`, from the xattr, else from lsof. */
  readonly protocolName: string | null;
  readonly ss: SsRow | null;
  /** Whether ss listed every MPTCP connection of this socket's namespace, so that its silence tells. */
  readonly ssToldMptcp: boolean;
  /** Whether its namespace has MPTCP sockets. */
  readonly mayBeMptcp: boolean;
}

/** Finds the evidence on any socket of one process. */
export class SocketIndex {
  readonly #facts: Facts;
  readonly #lsofNames = new Map<Inode, string>();
  readonly #ssRows = new Map<Inode, SsRow>();
  readonly #ssKnowsMptcp: boolean;

  constructor(facts: Facts) {
    this.#facts = facts;
    const { lsof, ss } = facts.tools;
    this.#ssKnowsMptcp = ss.kind === 'read' && ss.knowsMptcp;
    for (const { inode, protocolName } of lsof.kind === 'read' ? lsof.rows : []) {
      if (inode !== null && protocolName !== null) this.#lsofNames.set(inode, protocolName);
    }
    for (const row of ss.kind === 'read' ? ss.rows : []) {
      // An MPTCP connection also has rows of its subflows, netid tcp, under the same inode: its own row wins.
      if (row.inode !== null && row.inode !== '0' && (row.netid === 'mptcp' || !this.#ssRows.has(row.inode)))
        this.#ssRows.set(row.inode, row);
    }
  }

  of(inode: Inode): SocketEvidence {
    const { sockets, autopsy } = this.#facts;
    const own = sockets.own?.byInode.get(inode);
    const tables = own === undefined ? this.#otherTablesWith(inode) : sockets.own;
    return {
      listed: own ?? tables?.byInode.get(inode) ?? null,
      netns: tables?.netns ?? null,
      isForeign: tables !== null && own === undefined,
      looks: autopsy.looks.get(inode) ?? null,
      protocolName: this.#nameOf(inode),
      ss: this.#ssRows.get(inode) ?? null,
      ssToldMptcp: this.#ssKnowsMptcp && (tables === null || tables === sockets.own),
      mayBeMptcp: tables !== null && (tables.mptcpSockets ?? 0) > 0,
    };
  }

  /** Tables of the own namespace that could not be read: absence proves nothing for their sockets. */
  get missing(): readonly MissingTable[] {
    return this.#facts.sockets.own?.missing ?? ALL_MISSING;
  }

  #nameOf(inode: Inode): string | null {
    return this.#facts.sockets.protocolNames.get(inode) ?? this.#lsofNames.get(inode) ?? null;
  }

  #otherTablesWith(inode: Inode): SocketTables | null {
    return this.#facts.sockets.others.find(({ byInode }) => byInode.has(inode)) ?? null;
  }
}

const ALL_MISSING: readonly MissingTable[] = [
  { name: 'tcp', because: 'not read' },
  { name: 'tcp6', because: 'not read' },
];
