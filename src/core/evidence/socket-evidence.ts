import type { Inode } from '../model/inode.ts';
import type { Evidence, Looks } from '../model/evidence.ts';
import type { TcpState } from '../model/socket.ts';
import type { SsRow } from '../model/tool-row.ts';
import type { ListedSocket, MissingTable, SocketTables } from '../model/socket-tables.ts';

/** All that is known of one socket inode, from every source. It is looked up when it is asked for: of thousands, little is. */
export class SocketEvidence {
  readonly inode: Inode;
  readonly listed: ListedSocket | null;
  readonly #told: Told;
  /** The tables of the namespace that lists it. */
  readonly #tables: SocketTables | null;

  constructor(inode: Inode, told: Told, { tables, listed }: Found) {
    this.inode = inode;
    this.listed = listed;
    this.#told = told;
    this.#tables = tables;
  }

  /** Namespace of the table it stands in. */
  get netns(): string | null {
    return this.#tables?.netns ?? null;
  }

  get isForeign(): boolean {
    return this.#tables !== null && this.#tables !== this.#told.evidence.tables.own;
  }

  get looks(): Looks | null {
    return this.#told.evidence.probes.looks.get(this.inode) ?? null;
  }

  /** `TCPv6`, from the xattr, else from lsof. */
  get protocolName(): string | null {
    return this.#told.evidence.protocolNames.get(this.inode) ?? null;
  }

  get ss(): SsRow | null {
    return this.#told.ssRows.get(this.inode) ?? null;
  }

  /** Its state as an MPTCP connection, and who told; null where it is none, or nobody told. */
  get mptcp(): { readonly state: TcpState; readonly teller: 'netlink' | 'ss --mptcp' } | null {
    const state = this.#tables?.mptcp?.get(this.inode);
    if (state !== undefined) return { state, teller: 'netlink' };
    const { ss } = this;
    return ss?.netid === 'mptcp' ? { state: ss.state, teller: 'ss --mptcp' } : null;
  }

  /** Whether netlink or ss listed every MPTCP connection of this socket's namespace, so that their silence tells. */
  get isMptcpTold(): boolean {
    const { ssKnowsMptcp, evidence } = this.#told;
    if (this.#tables === null) return ssKnowsMptcp;
    // ss was asked in the namespace of the process alone.
    return this.#tables.mptcp !== null || (ssKnowsMptcp && this.#tables === evidence.tables.own);
  }

  /** Whether its namespace has MPTCP sockets. */
  get mayBeMptcp(): boolean {
    return (this.#tables?.mptcpSockets ?? 0) > 0;
  }
}

/** What was told of all sockets of a process. */
interface Told {
  readonly evidence: Evidence;
  readonly ssRows: ReadonlyMap<Inode, SsRow>;
  readonly ssKnowsMptcp: boolean;
}

/** Finds the evidence on any socket of one process. */
export class SocketIndex {
  readonly #told: Told;

  constructor(evidence: Evidence) {
    const { ss } = evidence;
    const ssRows = new Map<Inode, SsRow>();
    for (const row of ss.kind === 'read' ? ss.rows : []) {
      // An MPTCP connection also has rows of its subflows, netid tcp, under the same inode: its own row wins.
      if (row.inode !== null && row.inode !== '0' && (row.netid === 'mptcp' || !ssRows.has(row.inode)))
        ssRows.set(row.inode, row);
    }
    this.#told = { evidence, ssRows, ssKnowsMptcp: ss.kind === 'read' && ss.knowsMptcp };
  }

  of(inode: Inode): SocketEvidence {
    const { own, others } = this.#told.evidence.tables;
    const found = own === null ? null : findIn(own, inode);
    return new SocketEvidence(inode, this.#told, found ?? findInAny(others, inode));
  }

  /** Tables of the own namespace that could not be read: absence proves nothing for their sockets. */
  get missing(): readonly MissingTable[] {
    return this.#told.evidence.tables.own?.missing ?? ALL_MISSING;
  }
}

interface Found {
  readonly tables: SocketTables | null;
  readonly listed: ListedSocket | null;
}

const NOWHERE: Found = { tables: null, listed: null };

function findIn(tables: SocketTables, inode: Inode): Found | null {
  const listed = tables.byInode.get(inode);
  return listed === undefined ? null : { tables, listed };
}

function findInAny(all: readonly SocketTables[], inode: Inode): Found {
  for (const tables of all) {
    const found = findIn(tables, inode);
    if (found !== null) return found;
  }
  return NOWHERE;
}

const ALL_MISSING: readonly MissingTable[] = [
  { name: 'tcp', because: 'not read' },
  { name: 'tcp6', because: 'not read' },
];
