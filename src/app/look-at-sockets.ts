import { Autopsy } from '../collect/autopsy.ts';
import type { KernelCalls } from '../collect/kernel-calls.ts';
import { readOtherNamespaces } from '../collect/namespaces.ts';
import { folderOf, isStillOpen } from '../collect/open-descriptors.ts';
import { readProtocolName } from '../collect/protocol-name.ts';
import { readSocketTables } from '../collect/socket-tables.ts';
import { toInode, type Inode } from '../core/model/descriptor.ts';
import { fdKey, type AutopsyFacts, type Looks, type SocketFacts } from '../core/model/facts.ts';
import type { OpenDescriptor } from '../core/model/open-descriptor.ts';
import type { ProbeOutcome } from '../core/model/probe.ts';
import type { SocketTables } from '../core/model/socket-tables.ts';
import type { World } from './world.ts';

export interface SocketLookRequest {
  readonly pid: number;
  /** The thread that shows the process where its leader has exited. */
  readonly main: number | null;
  readonly netns: string | null;
  readonly calls: KernelCalls | null;
  /** Why nobody is asked himself; null when sockets are. */
  readonly noAutopsyBecause: string | null;
  readonly autopsyDeadlineMs: number;
}

/**
 * The sandwich: socket tables after the descriptors, then the sockets that are in none of them, one by one and, after a pause,
 * again. What was closed in the meantime is dropped, what the tables list by then is taken from them, so that a busy process
 * yields no false orphan.
 */
export class SocketLook {
  readonly #world: World;
  readonly #request: SocketLookRequest;
  readonly #autopsy: Autopsy | null;
  readonly #looks = new Map<Inode, Looks>();
  readonly #protocolNames = new Map<Inode, string>();
  readonly #dropped = new Set<string>();
  #own: SocketTables | null = null;
  #others: readonly SocketTables[] = [];
  #namespacesDenied = 0;
  #namespacesSearched = false;
  #readAgain = false;
  #tookMs = 0;
  #autopsyMs = 0;
  #firstAskedAtMs = 0;
  #apartMs: number | null = null;
  #because: string | null;
  #sockets: readonly OpenDescriptor[] = [];
  /** Descriptors of the sockets in no table, by inode. */
  #unlisted = new Map<Inode, OpenDescriptor[]>();

  constructor(world: World, request: SocketLookRequest) {
    this.#world = world;
    this.#request = request;
    this.#because = request.noAutopsyBecause;
    const { calls, pid, netns } = request;
    this.#autopsy = calls === null || request.noAutopsyBecause !== null ? null : new Autopsy(calls, pid, netns);
  }

  /** Reads the tables, and asks the sockets that stand in none. */
  lookFirst(open: readonly OpenDescriptor[]): void {
    const startedAt = this.#world.clock.monotonicMs();
    this.#sockets = open.filter(({ kind, inode }) => kind === 'socket' && inode !== null);
    if (this.#sockets.length === 0) return;
    const held = new Set<string | null>(this.#sockets.map(({ inode }) => inode));
    const own = this.#readOwn((inode) => inode === '0' || held.has(inode));
    this.#own = own;
    this.#unlisted = groupByInode(this.#sockets.filter(({ inode }) => inode !== null && !own.byInode.has(inode)));
    if (this.#unlisted.size > 0) this.#searchNamespaces();
    this.#tookMs = this.#world.clock.monotonicMs() - startedAt;
    this.#refuseEarly();
    this.#firstAskedAtMs = this.#world.clock.monotonicMs();
    this.#askAll((inode, outcome) => {
      this.#looks.set(
        inode,
        outcome.kind === 'answered'
          ? { first: outcome.probe, second: null, because: null }
          : { first: null, second: null, because: becauseOf(outcome) },
      );
    });
    this.#readProtocolNames();
  }

  /** Sockets that only a second look can accuse, or acquit. */
  get doubtful(): number {
    let doubtful = 0;
    for (const inode of this.#unlisted.keys()) if (this.#isDoubtful(inode)) doubtful++;
    return doubtful;
  }

  /** Whether a socket's absence from the tables is all that speaks, so that they must be read again. */
  get restsOnAbsence(): boolean {
    for (const inode of this.#unlisted.keys()) if (this.#isDoubtful(inode) && !this.#isDead(inode)) return true;
    return false;
  }

  /** Looks at the doubtful again: at the descriptor, at the tables where absence is all there is, at the socket itself. */
  lookAgain(): void {
    const startedAt = this.#world.clock.monotonicMs();
    if (this.restsOnAbsence) this.#readTablesAgain();
    this.#apartMs = startedAt - this.#firstAskedAtMs;
    this.#askAll((inode, outcome) => {
      const first = this.#looks.get(inode)?.first ?? null;
      if (outcome.kind === 'answered') this.#looks.set(inode, { first, second: outcome.probe, because: null });
    });
  }

  /** For sockets nobody could ask, without a pause: descriptor, tables, descriptor. */
  lookAgainAtOnce(): void {
    if (!this.restsOnAbsence) return;
    this.#dropClosed();
    this.#readTablesAgain();
    this.#dropClosed();
  }

  get dropped(): ReadonlySet<string> {
    return this.#dropped;
  }

  get socketFacts(): SocketFacts {
    return {
      own: this.#own,
      others: this.#others,
      namespacesDenied: this.#namespacesDenied,
      namespacesSearched: this.#namespacesSearched,
      protocolNames: this.#protocolNames,
      readAgain: this.#readAgain,
      tookMs: this.#own === null ? null : this.#tookMs,
    };
  }

  get autopsyFacts(): AutopsyFacts {
    const asked = [...this.#looks.values()];
    const refusal = this.#because;
    const base = { looks: this.#looks, apartMs: this.#apartMs };
    if (refusal !== null)
      return {
        ...base,
        status: this.#request.noAutopsyBecause === null ? 'denied' : 'unavailable',
        because: refusal,
        tookMs: null,
      };
    if (asked.length === 0) return { ...base, status: 'skipped', because: 'no socket was left to ask', tookMs: null };
    const silent = asked.filter(({ first, because }) => first === null && because !== null);
    return {
      ...base,
      status: silent.length === 0 ? 'read' : 'partial',
      because: silent[0]?.because ?? null,
      tookMs: this.#autopsyMs,
    };
  }

  dispose(): void {
    this.#autopsy?.dispose();
  }

  #readOwn(wants: (inode: string) => boolean): SocketTables {
    const { pid, main } = this.#request;
    return this.#withoutForged(readSocketTables(this.#world.proc, folderOf(pid, main), wants));
  }

  #searchNamespaces(): void {
    const { pid, main } = this.#request;
    const { tables, denied } = readOtherNamespaces(this.#world.proc, pid, folderOf(pid, main), (inode) =>
      this.#unlisted.has(toInode(inode)),
    );
    this.#others = tables.map((one) => this.#withoutForged(one));
    this.#namespacesDenied = denied;
    this.#namespacesSearched = true;
    for (const one of this.#others) this.#unlisted = without(this.#unlisted, one);
  }

  /**
   * Names of unix sockets may hold newlines and whole forged rows, so that any inode may seem to stand in the table unix. The
   * kernel's name of a socket's protocol cannot be forged: a row that it contradicts is none.
   */
  #withoutForged(tables: SocketTables): SocketTables {
    const forged = new Set<Inode>();
    for (const descriptor of this.#sockets) {
      const { inode } = descriptor;
      if (inode === null || tables.byInode.get(inode)?.table !== 'unix') continue;
      this.#readProtocolName(inode, descriptor);
      if (this.#protocolNames.get(inode)?.startsWith('UNIX') === false) forged.add(inode);
    }
    if (forged.size === 0) return tables;
    return { ...tables, byInode: new Map([...tables.byInode].filter(([inode]) => !forged.has(inode))) };
  }

  /** One refusal speaks for all: no need to ask thousands. */
  #refuseEarly(): void {
    const refusal = this.#autopsy?.refusal(this.#request.main) ?? null;
    if (refusal !== null) this.#because = refusal;
  }

  #askAll(note: (inode: Inode, outcome: ProbeOutcome) => void): void {
    const { clock } = this.#world;
    const startedAt = clock.monotonicMs();
    let asked = 0;
    let isLate = false;
    for (const [inode, descriptors] of this.#unlisted) {
      if (this.#autopsy === null || this.#because !== null) {
        this.#dropClosedOf(inode, descriptors);
        continue;
      }
      if (asked++ % 64 === 0) isLate ||= clock.monotonicMs() - startedAt > this.#request.autopsyDeadlineMs;
      if (isLate) {
        note(inode, { kind: 'failed', because: `not asked: ${this.#request.autopsyDeadlineMs} ms were over` });
        continue;
      }
      note(inode, this.#askOne(inode, descriptors, this.#autopsy));
    }
    this.#autopsyMs += clock.monotonicMs() - startedAt;
  }

  /** Asks through the first number that still holds the socket; numbers that do not are dropped. */
  #askOne(inode: Inode, descriptors: readonly OpenDescriptor[], autopsy: Autopsy): ProbeOutcome {
    for (const descriptor of descriptors) {
      const outcome = autopsy.ask({ fd: descriptor.fd, tid: descriptor.tid ?? this.#request.main, inode });
      if (outcome.kind !== 'gone') return outcome;
      this.#drop(inode, descriptor);
    }
    return { kind: 'gone' };
  }

  #isDoubtful(inode: Inode): boolean {
    const looks = this.#looks.get(inode);
    if (looks?.first != null) return looks.first.info !== null;
    const name = this.#protocolNames.get(inode);
    return name === undefined || name.includes('TCP');
  }

  #isDead(inode: Inode): boolean {
    return this.#looks.get(inode)?.first?.info?.state === 'CLOSE';
  }

  #readTablesAgain(): void {
    const own = this.#readOwn((inode) => this.#unlisted.has(toInode(inode)));
    this.#readAgain = true;
    if (this.#own === null) return;
    this.#own = { ...this.#own, byInode: new Map([...own.byInode, ...this.#own.byInode]) };
    this.#unlisted = without(this.#unlisted, own);
    for (const inode of own.byInode.keys()) this.#looks.delete(inode);
  }

  #dropClosed(): void {
    for (const [inode, descriptors] of this.#unlisted) this.#dropClosedOf(inode, descriptors);
  }

  #dropClosedOf(inode: Inode, descriptors: readonly OpenDescriptor[]): void {
    for (const descriptor of descriptors) {
      const { fd } = descriptor;
      const tid = descriptor.tid ?? this.#request.main;
      if (!isStillOpen(this.#world.proc, this.#request.pid, { fd, tid, inode })) this.#drop(inode, descriptor);
    }
  }

  #drop(inode: Inode, descriptor: OpenDescriptor): void {
    this.#dropped.add(fdKey(descriptor.fd, descriptor.tid));
    const rest = (this.#unlisted.get(inode) ?? []).filter((one) => one !== descriptor);
    if (rest.length > 0) this.#unlisted.set(inode, rest);
    else {
      this.#unlisted.delete(inode);
      this.#looks.delete(inode);
    }
  }

  /** Of sockets that did not answer, and of those that may be MPTCP and look ESTABLISHED to the end. */
  #readProtocolNames(): void {
    for (const [inode, descriptors] of this.#unlisted) {
      const probe = this.#looks.get(inode)?.first ?? null;
      const [descriptor] = descriptors;
      if (descriptor !== undefined && (probe === null || probe.info === null))
        this.#readProtocolName(inode, descriptor);
    }
    if ((this.#own?.mptcpSockets ?? 0) === 0) return;
    for (const descriptor of this.#sockets) {
      const { inode } = descriptor;
      if (inode === null) continue;
      const table = this.#own?.byInode.get(inode)?.table;
      if (table === 'tcp' || table === 'tcp6') this.#readProtocolName(inode, descriptor);
    }
  }

  #readProtocolName(inode: Inode, descriptor: OpenDescriptor): void {
    const { calls, pid, main } = this.#request;
    if (calls === null) return;
    const folder = folderOf(pid, descriptor.tid ?? main);
    const name = readProtocolName(calls, `${this.#world.proc.root}/${folder}/fd/${descriptor.fd}`);
    if (name !== null) this.#protocolNames.set(inode, name);
  }
}

function groupByInode(open: readonly OpenDescriptor[]): Map<Inode, OpenDescriptor[]> {
  const held = new Map<Inode, OpenDescriptor[]>();
  for (const descriptor of open) {
    if (descriptor.inode === null) continue;
    const known = held.get(descriptor.inode);
    if (known === undefined) held.set(descriptor.inode, [descriptor]);
    else known.push(descriptor);
  }
  return held;
}

function without(held: Map<Inode, OpenDescriptor[]>, { byInode }: SocketTables): Map<Inode, OpenDescriptor[]> {
  const rest = new Map<Inode, OpenDescriptor[]>();
  for (const [inode, descriptors] of held) if (!byInode.has(inode)) rest.set(inode, descriptors);
  return rest;
}

function becauseOf(outcome: ProbeOutcome): string | null {
  return outcome.kind === 'failed' ? outcome.because : null;
}
