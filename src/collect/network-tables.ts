import { type Inode, toInode } from '../core/model/inode.ts';
import type { ListedSocket, SocketTables } from '../core/model/socket-tables.ts';
import { findCollector } from './garbage-collector.ts';
import { type OtherNamespaces, readOtherNamespaces } from './namespaces.ts';
import type { ProcessFolder } from './process-folder.ts';
import { readNetns } from './netns.ts';
import { readSocketTables, type TablesRequest } from './socket-tables.ts';

/** The sockets that a process asks about; `0` stands for those without an owner. */
export type Asked = ReadonlySet<string>;

export interface OwnRequest extends Pick<TablesRequest, 'deadline'> {
  readonly inodes: Asked;
  /** The tables are not older than this, by the monotonic clock; null: however old. */
  readonly sinceMs: number | null;
}

export interface OthersRequest extends Pick<TablesRequest, 'reads' | 'deadline'> {
  readonly inodes: Asked;
}

/** Where the socket tables of network namespaces come from. They belong to a namespace, not to a process. */
export interface NetworkTables {
  /** The tables of the namespace that `process` lives in. */
  own(process: ProcessFolder, request: OwnRequest): Promise<SocketTables>;
  /** Those of every other namespace. */
  others(process: ProcessFolder, request: OthersRequest): Promise<OtherNamespaces>;
}

/** `4026531833`: which namespace the process lives in. */
export function netnsOf(process: ProcessFolder): string | null {
  return readNetns(process.proc, process.path()) ?? process.knownNetns;
}

/** Reads anew each time, and only what is wanted: for one process. */
export const FRESH_TABLES: NetworkTables = {
  own: async (process, { inodes, deadline }) => {
    const request = { wants: toWants(inodes), calls: process.calls, deadline };
    return await readSocketTables(process.proc, process.path(), request, netnsOf(process));
  },
  others: async (process, { inodes, reads, deadline }) =>
    await readOtherNamespaces(process, { wants: toWants(inodes), reads, deadline }),
};

function toWants(inodes: Asked): TablesRequest['wants'] {
  return (inode) => inodes.has(inode);
}

const ALL = { wants: () => true } as const;
const MANY = 20_000;

interface KeptTables {
  readonly tables: Promise<SocketTables>;
  readonly readAtMs: number;
  /** 0 while they are read. */
  tookMs: number;
}

/**
 * Reads the tables of each namespace once for all processes of a run. A socket that was opened after that is in none of them, and so
 * doubtful: it is asked itself, or the tables are read again, for all whose descriptors were listed before, as long as there is time.
 */
export class SharedTables implements NetworkTables {
  readonly #nowMs: () => number;
  readonly #endsAtMs: number;
  readonly #isAtHome: (pid: number) => boolean;
  readonly #own = new Map<string, KeptTables>();
  #others: { readonly of: string; readonly namespaces: Promise<OtherNamespaces> } | null = null;

  /** `isAtHome`: whether it is known of a process that each of its sockets is of its own namespace. */
  constructor(nowMs: () => number, endsAtMs: number, isAtHome: (pid: number) => boolean = () => false) {
    this.#nowMs = nowMs;
    this.#endsAtMs = endsAtMs;
    this.#isAtHome = isAtHome;
  }

  async own(process: ProcessFolder, { inodes, sinceMs, deadline }: OwnRequest): Promise<SocketTables> {
    const { proc, calls } = process;
    const netns = netnsOf(process);
    // Of a namespace without a name nobody knows whether another process lives there too.
    if (netns === null) return await FRESH_TABLES.own(process, { inodes, sinceMs, deadline });
    const known = this.#own.get(netns);
    if (known !== undefined && (sinceMs === null || known.readAtMs >= sinceMs)) return only(await known.tables, inodes);
    const readAtMs = this.#nowMs();
    if (known !== undefined && this.#endsAtMs - readAtMs < known.tookMs)
      return withoutNews(only(await known.tables, inodes));
    // What was read before is let go: both at once would take twice the memory.
    const tables = readSocketTables(proc, process.path(), { ...ALL, calls, deadline }, netns);
    const kept: KeptTables = { tables, readAtMs, tookMs: 0 };
    this.#own.set(netns, kept);
    const { byInode } = await tables;
    kept.tookMs = this.#nowMs() - readAtMs;
    // On a busy machine the collector's threads come too late.
    if (byInode.size > MANY) findCollector()();
    return only(await tables, inodes);
  }

  async others(process: ProcessFolder, { inodes, deadline }: OthersRequest): Promise<OtherNamespaces> {
    if (this.#isAtHome(process.pid)) return { tables: [], denied: 0 };
    const netns = netnsOf(process);
    if (this.#others === null || netns === null) {
      this.#others = { of: netns ?? '', namespaces: readOtherNamespaces(process, { ...ALL, deadline }) };
    }
    const { of, namespaces } = this.#others;
    const { tables, denied } = await namespaces;
    const here = of === netns ? [] : await this.#ownOf(of);
    const others = [...here, ...tables.filter((one) => one.netns === null || one.netns !== netns)];
    return { tables: others.map((one) => only(one, inodes)), denied };
  }

  /** The namespace that the others were read from is another one to whoever lives elsewhere. */
  async #ownOf(netns: string): Promise<readonly SocketTables[]> {
    const kept = this.#own.get(netns);
    return kept === undefined ? [] : [await kept.tables];
  }
}

/** The rows that one process asks for. Strangers can make 100,000 others: those are not gone through, once for each process. */
export function only(tables: SocketTables, inodes: Asked): SocketTables {
  const byInode = new Map<Inode, ListedSocket>();
  for (const asked of inodes) {
    const inode = toInode(asked);
    const listed = tables.byInode.get(inode);
    if (listed !== undefined) byInode.set(inode, listed);
  }
  return { ...tables, byInode, ownerless: inodes.has('0') ? tables.ownerless : [] };
}

/** What is in neither may have come since: nothing follows from its absence. */
function withoutNews(tables: SocketTables): SocketTables {
  const late = ['tcp', 'tcp6'].map((name) => ({ name, because: 'no time to read it again' }));
  return { ...tables, missing: [...tables.missing, ...late] };
}
