import type { Inode } from '../core/model/inode.ts';
import type { ListedSocket, SocketTables } from '../core/model/socket-tables.ts';
import { type OtherNamespaces, type NamespacesRequest, readOtherNamespaces } from './namespaces.ts';
import type { ProcessFolder } from './process-folder.ts';
import { readNetns, readSocketTables, type TablesRequest } from './socket-tables.ts';

/** Where the socket tables of network namespaces come from. They belong to a namespace, not to a process. */
export interface NetworkTables {
  /** The tables of the namespace that `process` lives in, not older than `sinceMs` by the monotonic clock; null: however old. */
  own(process: ProcessFolder, wants: TablesRequest['wants'], sinceMs: number | null): SocketTables;
  /** Those of every other namespace. */
  others(process: ProcessFolder, request: NamespacesRequest): OtherNamespaces;
}

function netnsOf(process: ProcessFolder): string | null {
  return readNetns(process.proc, process.path()) ?? process.knownNetns;
}

/** Reads anew each time, and only what is wanted: for one process. */
export const FRESH_TABLES: NetworkTables = {
  own: (process, wants) =>
    readSocketTables(process.proc, process.path(), { wants, calls: process.calls }, netnsOf(process)),
  others: readOtherNamespaces,
};

interface Kept {
  readonly tables: SocketTables;
  readonly readAtMs: number;
}

/**
 * Reads the tables of each namespace once for all processes of a run. A socket that was opened after that is in none of them, and so
 * doubtful: it is asked itself, or the tables are read again, for all whose descriptors were listed before.
 */
export class SharedTables implements NetworkTables {
  readonly #nowMs: () => number;
  readonly #own = new Map<string, Kept>();
  #others: { readonly of: string; readonly namespaces: OtherNamespaces } | null = null;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  own(process: ProcessFolder, wants: TablesRequest['wants'], sinceMs: number | null): SocketTables {
    const { proc, calls } = process;
    const netns = netnsOf(process);
    // Of a namespace without a name nobody knows whether another process lives there too.
    if (netns === null) return FRESH_TABLES.own(process, wants, sinceMs);
    const known = this.#own.get(netns);
    if (known !== undefined && (sinceMs === null || known.readAtMs >= sinceMs)) return only(known.tables, wants);
    const readAtMs = this.#nowMs();
    const tables = readSocketTables(proc, process.path(), { wants: () => true, calls }, netns);
    this.#own.set(netns, { tables, readAtMs });
    return only(tables, wants);
  }

  others(process: ProcessFolder, { wants }: NamespacesRequest): OtherNamespaces {
    const netns = netnsOf(process);
    if (this.#others?.of !== netns || netns === null) {
      this.#others = { of: netns ?? '', namespaces: readOtherNamespaces(process, { wants: () => true }) };
    }
    const { tables, denied } = this.#others.namespaces;
    return { tables: tables.map((one) => only(one, wants)), denied };
  }
}

/** The rows that one process asks for. Strangers can make 100,000 others: nothing is made of those, once for each process. */
function only(tables: SocketTables, wants: TablesRequest['wants']): SocketTables {
  const byInode = new Map<Inode, ListedSocket>();
  for (const [inode, listed] of tables.byInode) if (wants(inode)) byInode.set(inode, listed);
  return { ...tables, byInode, ownerless: wants('0') ? tables.ownerless : [] };
}
