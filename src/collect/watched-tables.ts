import { type OtherNamespaces, readOtherNamespaces } from './namespaces.ts';
import {
  type Asked,
  netnsOf,
  type NetworkTables,
  only,
  type OthersRequest,
  type OwnRequest,
} from './network-tables.ts';
import type { ProcessFolder } from './process-folder.ts';
import { readSocketTables, type TablesRequest } from './socket-tables.ts';
import type { SocketTables } from '../core/model/socket-tables.ts';

/** Tables that may tell where a socket of another namespace is: who asks for the same of them may share the answer. */
const TELLING = ['unix', 'tcp', 'udp'];

/**
 * The socket tables as a watch needs them: without what connections are used for. Where one process watches many, those that are looked at
 * within `mostAgeMs` share what was read once; only rows of sockets that they asked for lately are kept. One that was opened after the
 * reading is in none, and so doubtful: the tables are read again then.
 */
export class WatchedTables implements NetworkTables {
  readonly #own: Rounds<SocketTables>;
  readonly #others: Rounds<OtherNamespaces>;

  constructor(nowMs: () => number, mostAgeMs: number) {
    this.#own = new Rounds(nowMs, mostAgeMs);
    this.#others = new Rounds(nowMs, mostAgeMs);
  }

  async own(process: ProcessFolder, { inodes, sinceMs, deadline }: OwnRequest): Promise<SocketTables> {
    const { proc, calls } = process;
    const netns = netnsOf(process);
    const read = async (asked: Asked | null): Promise<SocketTables> =>
      await readSocketTables(proc, process.path(), { ...toWants(asked), calls, deadline, withUse: false }, netns);
    return only(await this.#own.take(netns, { inodes, sinceMs, read, isWhole: hasAll }), inodes);
  }

  async others(process: ProcessFolder, { inodes, reads, deadline }: OthersRequest): Promise<OtherNamespaces> {
    const netns = netnsOf(process);
    const key = netns === null ? null : [netns, ...TELLING.filter((table) => reads?.(table) !== false)].join(' ');
    const read = async (asked: Asked | null): Promise<OtherNamespaces> =>
      await readOtherNamespaces(process, { ...toWants(asked), reads, deadline });
    const { tables, denied } = await this.#others.take(key, { inodes, sinceMs: null, read, isWhole: haveAll });
    return { tables: tables.map((one) => only(one, inodes)), denied };
  }
}

function toWants(asked: Asked | null): Pick<TablesRequest, 'wants' | 'asked'> {
  return asked === null ? { wants: () => true } : { wants: (inode) => asked.has(inode), asked };
}

interface KeptAnswer<Answer> {
  readonly readAtMs: number;
  /** Sockets that the answer speaks of; null: all. */
  readonly asked: Asked | null;
  readonly answer: Answer;
}

interface Question<Answer> {
  readonly inodes: Asked;
  /** The answer is not older than this; null: however old. */
  readonly sinceMs: number | null;
  readonly read: (asked: Asked | null) => Promise<Answer>;
  /** What there was no time for, the next may have time for. */
  readonly isWhole: (answer: Answer) => boolean;
}

/** In the first minute each that asks is new, and all is read. */
const ALL_MS = 60_000;
/** What nobody asked for in one such time or two is forgotten; also where sockets come and go by thousands. */
const GENERATION_MS = 600_000;
const MOST_ASKED = 50_000;

/** Keeps one answer for each key as long as it is young, and asks for what all have wanted lately. */
class Rounds<Answer> {
  readonly #nowMs: () => number;
  readonly #mostAgeMs: number;
  readonly #kept = new Map<string, KeptAnswer<Answer>>();
  #firstAtMs: number | null = null;
  #beganAtMs = -Infinity;
  #bornAtMs = -Infinity;
  #now = new Set<string>();
  #before: Asked = new Set();

  constructor(nowMs: () => number, mostAgeMs: number) {
    this.#nowMs = nowMs;
    this.#mostAgeMs = mostAgeMs;
  }

  /** Of a namespace without a name nobody knows whether another process lives there too. */
  async take(key: string | null, { inodes, sinceMs, read, isWhole }: Question<Answer>): Promise<Answer> {
    if (key === null || this.#mostAgeMs === 0) return await read(inodes);
    const nowMs = this.#nowMs();
    this.#turn(nowMs);
    for (const inode of inodes) this.#now.add(inode);
    const known = this.#kept.get(key);
    if (known !== undefined && known.readAtMs >= (sinceMs ?? 0) && holdsAll(known.asked, inodes)) return known.answer;
    const asked = nowMs - (this.#firstAtMs ?? nowMs) < ALL_MS ? null : new Set([...this.#before, ...this.#now]);
    const answer = await read(asked);
    if (isWhole(answer)) this.#kept.set(key, { readAtMs: nowMs, asked, answer });
    return answer;
  }

  #turn(nowMs: number): void {
    this.#firstAtMs ??= nowMs;
    if (nowMs - this.#beganAtMs >= this.#mostAgeMs) {
      this.#beganAtMs = nowMs;
      this.#kept.clear();
    }
    if (nowMs - this.#bornAtMs < GENERATION_MS && this.#now.size < MOST_ASKED) return;
    this.#bornAtMs = nowMs;
    this.#before = this.#now;
    this.#now = new Set();
  }
}

function hasAll({ missing }: SocketTables): boolean {
  return missing.length === 0;
}

function haveAll({ tables }: OtherNamespaces): boolean {
  return tables.every(hasAll);
}

function holdsAll(asked: Asked | null, inodes: Asked): boolean {
  if (asked === null) return true;
  for (const inode of inodes) if (!asked.has(inode)) return false;
  return true;
}
