import type { Inode } from '../model/inode.ts';
import type { Evidence, Looks } from '../model/evidence.ts';
import type { TcpState } from '../model/socket.ts';
import type { SsRow } from '../model/socket-row.ts';
import type { ListedSocket, MissingTable, SocketTables } from '../model/socket-tables.ts';

/** All that is known of one socket inode, from every source. */
export interface SocketEvidence {
  readonly inode: Inode;
  readonly listed: ListedSocket | null;
  /** Namespace of the table it stands in. */
  readonly netns: string | null;
  readonly isForeign: boolean;
  readonly looks: Looks | null;
  /** `TCPv6`, from the xattr, else from lsof. */
  readonly protocolName: string | null;
  readonly ss: SsRow | null;
  /** Its state as an MPTCP connection, and who told; null where it is none, or nobody told. */
  readonly mptcp: { readonly state: TcpState; readonly teller: 'netlink' | 'ss --mptcp' } | null;
  /** Whether netlink or ss listed every MPTCP connection of this socket's namespace, so that their silence tells. */
  readonly isMptcpTold: boolean;
  /** Whether its namespace has MPTCP sockets. */
  readonly mayBeMptcp: boolean;
}

/** Finds the evidence on any socket of one process. */
export class SocketIndex {
  readonly #evidence: Evidence;
  readonly #ssRows = new Map<Inode, SsRow>();
  readonly #ssKnowsMptcp: boolean;

  constructor(evidence: Evidence) {
    this.#evidence = evidence;
    const { ss } = evidence;
    this.#ssKnowsMptcp = ss.kind === 'read' && ss.knowsMptcp;
    for (const row of ss.kind === 'read' ? ss.rows : []) {
      // An MPTCP connection also has rows of its subflows, netid tcp, under the same inode: its own row wins.
      if (row.inode !== null && row.inode !== '0' && (row.netid === 'mptcp' || !this.#ssRows.has(row.inode)))
        this.#ssRows.set(row.inode, row);
    }
  }

  of(inode: Inode): SocketEvidence {
    const { tables: read, probes, protocolNames } = this.#evidence;
    const own = read.own?.byInode.get(inode);
    const tables = own === undefined ? this.#otherTablesWith(inode) : read.own;
    return {
      inode,
      listed: own ?? tables?.byInode.get(inode) ?? null,
      netns: tables?.netns ?? null,
      isForeign: tables !== null && own === undefined,
      looks: probes.looks.get(inode) ?? null,
      protocolName: protocolNames.get(inode) ?? null,
      ss: this.#ssRows.get(inode) ?? null,
      mptcp: this.#mptcpOf(inode, tables),
      isMptcpTold: hasMptcp(tables) || this.#ssToldMptcp(tables),
      mayBeMptcp: tables !== null && (tables.mptcpSockets ?? 0) > 0,
    };
  }

  /** Tables of the own namespace that could not be read: absence proves nothing for their sockets. */
  get missing(): readonly MissingTable[] {
    return this.#evidence.tables.own?.missing ?? ALL_MISSING;
  }

  #mptcpOf(inode: Inode, tables: SocketTables | null): SocketEvidence['mptcp'] {
    const state = tables?.mptcp?.get(inode);
    if (state !== undefined) return { state, teller: 'netlink' };
    const ss = this.#ssRows.get(inode);
    return ss?.netid === 'mptcp' ? { state: ss.state, teller: 'ss --mptcp' } : null;
  }

  /** ss was asked in the namespace of the process alone. */
  #ssToldMptcp(tables: SocketTables | null): boolean {
    return this.#ssKnowsMptcp && (tables === null || tables === this.#evidence.tables.own);
  }

  #otherTablesWith(inode: Inode): SocketTables | null {
    return this.#evidence.tables.others.find(({ byInode }) => byInode.has(inode)) ?? null;
  }
}

function hasMptcp(tables: SocketTables | null): boolean {
  return tables !== null && tables.mptcp !== null;
}

const ALL_MISSING: readonly MissingTable[] = [
  { name: 'tcp', because: 'not read' },
  { name: 'tcp6', because: 'not read' },
];
