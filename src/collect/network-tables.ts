import { type Inode, toInode } from '../core/model/inode.ts';
import type { ListedSocket, SocketTables } from '../core/model/socket-tables.ts';
import { findCollector } from './garbage-collector.ts';
import { type OtherNamespaces, readOtherNamespaces } from './namespaces.ts';
import type { ProcessFolder } from './process-folder.ts';
import { readNetns, readSocketTables, type TablesRequest } from './socket-tables.ts';

/** The sockets that a process asks about; `0` stands for those without an owner. */
export type Asked = ReadonlySet<string>;

export interface OthersRequest extends Pick<TablesRequest, 'reads'> {
  readonly inodes: Asked;
}

/** Where the socket tables of network namespaces come from. They belong to a namespace, not to a process. */
export interface NetworkTables {
  /** The tables of the namespace that `process` lives in, not older than `sinceMs` by the monotonic clock; null: however old. */
  own(process: ProcessFolder, inodes: Asked, sinceMs: number | null): SocketTables;
  /** Those of every other namespace. */
  others(process: ProcessFolder, request: OthersRequest): OtherNamespaces;
}

function netnsOf(process: ProcessFolder): string | null {
  return readNetns(process.proc, process.path()) ?? process.knownNetns;
}

/** Reads anew each time, and only what is wanted: for one process. */
export const FRESH_TABLES: NetworkTables = {
  own: (process, inodes, _sinceMs) =>
    readSocketTables(process.proc, process.path(), { wants: toWants(inodes), calls: process.calls }, netnsOf(process)),
  others: (process, { inodes, reads }) => readOtherNamespaces(process, { wants: toWants(inodes), reads }),
};

function toWants(inodes: Asked): TablesRequest['wants'] {
  return (inode) => inodes.has(inode);
}

const MANY = 20_000;

interface Kept {
  readonly tables: SocketTables;
  readonly readAtMs: number;
  readonly tookMs: number;
}

/**
 * Reads the tables of each namespace once for all processes of a run. A socket that was opened after that is in none of them, and so
 * doubtful: it is asked itself, or the tables are read again, for all whose descriptors were listed before, as long as there is time.
 */
export class SharedTables implements NetworkTables {
  readonly #nowMs: () => number;
  readonly #endsAtMs: number;
  readonly #own = new Map<string, Kept>();
  #others: { readonly of: string; readonly namespaces: OtherNamespaces } | null = null;

  constructor(nowMs: () => number, endsAtMs: number) {
    this.#nowMs = nowMs;
    this.#endsAtMs = endsAtMs;
  }

  own(process: ProcessFolder, inodes: Asked, sinceMs: number | null): SocketTables {
    const { proc, calls } = process;
    const netns = netnsOf(process);
    // Of a namespace without a name nobody knows whether another process lives there too.
    if (netns === null) return FRESH_TABLES.own(process, inodes, sinceMs);
    const known = this.#own.get(netns);
    if (known !== undefined && (sinceMs === null || known.readAtMs >= sinceMs)) return only(known.tables, inodes);
    const readAtMs = this.#nowMs();
    if (known !== undefined && this.#endsAtMs - readAtMs < known.tookMs) return withoutNews(only(known.tables, inodes));
    // Both at once would take twice the memory.
    this.#own.delete(netns);
    const tables = readSocketTables(proc, process.path(), { wants: () => true, calls }, netns);
    // On a busy machine the collector's threads come too late.
    if (tables.byInode.size > MANY) findCollector()();
    this.#own.set(netns, { tables, readAtMs, tookMs: this.#nowMs() - readAtMs });
    return only(tables, inodes);
  }

  others(process: ProcessFolder, { inodes }: OthersRequest): OtherNamespaces {
    const netns = netnsOf(process);
    if (this.#others?.of !== netns || netns === null) {
      this.#others = { of: netns ?? '', namespaces: readOtherNamespaces(process, { wants: () => true }) };
    }
    const { tables, denied } = this.#others.namespaces;
    return { tables: tables.map((one) => only(one, inodes)), denied };
  }
}

/** The rows that one process asks for. Strangers can make 100,000 others: those are not gone through, once for each process. */
function only(tables: SocketTables, inodes: Asked): SocketTables {
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
