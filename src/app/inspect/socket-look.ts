import { Autopsy } from '../../collect/autopsy.ts';
import { readOtherNamespaces } from '../../collect/namespaces.ts';
import { isStillOpen } from '../../collect/open-descriptors.ts';
import type { ProcessFolder } from '../../collect/process-folder.ts';
import { ProtocolNames } from '../../collect/protocol-names.ts';
import { readSocketTables } from '../../collect/socket-tables.ts';
import { type Inode, toInode } from '../../core/model/inode.ts';
import type { AutopsyFacts, SocketFacts } from '../../core/model/facts.ts';
import type { OpenDescriptor } from '../../core/model/open-descriptor.ts';
import type { SocketTables } from '../../core/model/socket-tables.ts';
import { Interrogation } from './interrogation.ts';
import { UnlistedSockets } from './unlisted-sockets.ts';
import type { World } from '../world.ts';

export interface SocketLookRequest {
  readonly process: ProcessFolder;
  readonly netns: string | null;
  /** Why nobody is asked himself; null when sockets are. */
  readonly noAutopsyBecause: string | null;
  readonly autopsyDeadlineMs: number;
}

const FEW = 64;

/**
 * The sandwich: socket tables after the descriptors, then the sockets that are in none of them, one by one and, after a pause,
 * again. What was closed in the meantime is dropped, what the tables list by then is taken from them, so that a busy process
 * yields no false orphan.
 */
export class SocketLook {
  readonly #world: World;
  readonly #request: SocketLookRequest;
  readonly #autopsy: Autopsy | null;
  readonly #names: ProtocolNames;
  readonly #interrogation: Interrogation;
  #sockets: readonly OpenDescriptor[] = [];
  #unlisted: UnlistedSockets | null = null;
  #own: SocketTables | null = null;
  #others: readonly SocketTables[] = [];
  #namespacesDenied = 0;
  #namespacesSearched = false;
  #readAgain = false;
  #tookMs = 0;

  constructor(world: World, request: SocketLookRequest) {
    const { process, netns, noAutopsyBecause } = request;
    const { calls } = process;
    this.#world = world;
    this.#request = request;
    this.#autopsy = calls === null || noAutopsyBecause !== null ? null : new Autopsy(calls, process, netns);
    this.#names = new ProtocolNames(process);
    this.#interrogation = new Interrogation(world.clock, {
      autopsy: this.#autopsy,
      noAutopsyBecause,
      deadlineMs: request.autopsyDeadlineMs,
    });
  }

  /** Reads the tables, and asks the sockets that stand in none. */
  lookFirst(open: readonly OpenDescriptor[]): void {
    this.#sockets = open.filter(({ kind, inode }) => kind === 'socket' && inode !== null);
    if (this.#sockets.length === 0) return;
    const startedAt = this.#world.clock.monotonicMs();
    const held = new Set<string | null>(this.#sockets.map(({ inode }) => inode));
    const own = this.#readOwn((inode) => inode === '0' || held.has(inode));
    const unlisted = new UnlistedSockets(this.#sockets, own);
    this.#own = own;
    this.#unlisted = unlisted;
    if (unlisted.size > 0) this.#searchNamespaces(unlisted);
    this.#tookMs = this.#world.clock.monotonicMs() - startedAt;
    if (this.#interrogation.canAsk) this.#interrogation.askFirst(unlisted);
    else this.#dropClosed(unlisted);
    this.#nameOpaque(unlisted);
    for (const tables of [own, ...this.#others]) if (tables.mptcpSockets !== 0) this.#nameTcp(tables);
  }

  /** How many sockets only a second look can accuse, or acquit. */
  get doubtful(): number {
    let count = 0;
    for (const inode of this.#unlisted?.inodes ?? []) if (this.#isDoubtful(inode)) count++;
    return count;
  }

  /** Looks at the doubtful again: at the tables where absence is all there is, at the descriptor, at the socket itself. */
  lookAgain(): void {
    const unlisted = this.#unlisted;
    if (unlisted === null) return;
    if (this.#restsOnAbsence()) this.#readTablesAgain(unlisted);
    if (this.#interrogation.canAsk) this.#interrogation.askAgain(unlisted);
    else this.#dropClosed(unlisted);
  }

  /** How long to wait for a look that makes orphans certain; 0 when none is worth it. */
  get confirmationMs(): number {
    return this.#interrogation.confirmationMs;
  }

  /** For sockets nobody could ask, without a pause: descriptor, tables, descriptor. */
  lookAgainAtOnce(): void {
    const unlisted = this.#unlisted;
    if (unlisted === null || !this.#restsOnAbsence()) return;
    this.#dropClosed(unlisted);
    this.#readTablesAgain(unlisted);
    this.#dropClosed(unlisted);
  }

  /** Descriptors that were closed between the looks, by `fdKey`. */
  get dropped(): ReadonlySet<string> {
    return this.#unlisted?.dropped ?? new Set();
  }

  get socketFacts(): SocketFacts {
    return {
      own: this.#own,
      others: this.#others,
      namespacesDenied: this.#namespacesDenied,
      namespacesSearched: this.#namespacesSearched,
      protocolNames: this.#names.byInode,
      readAgain: this.#readAgain,
      tookMs: this.#own === null ? null : this.#tookMs,
    };
  }

  get autopsyFacts(): AutopsyFacts {
    return this.#interrogation.facts;
  }

  dispose(): void {
    this.#autopsy?.dispose();
  }

  #readOwn(wants: (inode: string) => boolean): SocketTables {
    const { process } = this.#request;
    const tables = readSocketTables(process.proc, process.path(), { wants, calls: process.calls });
    return this.#names.withoutForged(tables, this.#sockets);
  }

  #searchNamespaces(unlisted: UnlistedSockets): void {
    const wants = (inode: string): boolean => unlisted.has(toInode(inode));
    const { tables, denied } = readOtherNamespaces(this.#request.process, wants, this.#tablesOf(unlisted));
    this.#others = tables.map((one) => this.#names.withoutForged(one, this.#sockets));
    this.#namespacesDenied = denied;
    this.#namespacesSearched = true;
    for (const one of this.#others) unlisted.removeListed(one);
  }

  /** Which tables could list these sockets. Of a few the kernel says the protocol; of thousands that takes longer than reading all. */
  #tablesOf(unlisted: UnlistedSockets): (table: string) => boolean {
    if (unlisted.size > FEW) return () => true;
    const names = [...unlisted.entries].map(([, [descriptor]]) =>
      descriptor === undefined ? null : this.#names.read(descriptor),
    );
    if (names.every((name) => name?.startsWith('UNIX') === true)) return (table) => table === 'unix';
    if (names.every((name) => name?.includes('TCP') === true)) return (table) => table === 'tcp' || table === 'tcp6';
    return () => true;
  }

  #readTablesAgain(unlisted: UnlistedSockets): void {
    const again = this.#readOwn((inode) => unlisted.has(toInode(inode)));
    this.#readAgain = true;
    if (this.#own !== null) this.#own = withAgain(this.#own, again);
    unlisted.removeListed(again);
    for (const inode of again.byInode.keys()) this.#interrogation.forget(inode);
  }

  /** A socket whose protocol has a state, or may have one. */
  #isDoubtful(inode: Inode): boolean {
    const probe = this.#interrogation.looksAt(inode)?.first ?? null;
    if (probe !== null) return probe.info !== null;
    const name = this.#names.byInode.get(inode);
    return name === undefined || name.includes('TCP');
  }

  /** Whether some socket's absence from the tables is all that speaks. One that answered CLOSE itself needs no table. */
  #restsOnAbsence(): boolean {
    for (const inode of this.#unlisted?.inodes ?? []) {
      const isDead = this.#interrogation.looksAt(inode)?.first?.info?.state === 'CLOSE';
      if (!isDead && this.#isDoubtful(inode)) return true;
    }
    return false;
  }

  #dropClosed(unlisted: UnlistedSockets): void {
    for (const [inode, descriptors] of unlisted.entries) {
      for (const descriptor of descriptors.slice()) {
        const { fd, tid } = descriptor;
        if (!isStillOpen(this.#request.process, { fd, tid, inode })) unlisted.drop(inode, descriptor);
      }
      if (!unlisted.has(inode)) this.#interrogation.forget(inode);
    }
  }

  /** Reads the protocol of sockets that did not say it themselves. */
  #nameOpaque(unlisted: UnlistedSockets): void {
    for (const [inode, [descriptor]] of unlisted.entries) {
      const probe = this.#interrogation.looksAt(inode)?.first ?? null;
      if (descriptor !== undefined && (probe === null || probe.info === null)) this.#names.read(descriptor);
    }
  }

  /** Reads the protocol of TCP sockets: one that is MPTCP looks ESTABLISHED to the end. */
  #nameTcp({ byInode }: SocketTables): void {
    for (const descriptor of this.#sockets) {
      const table = descriptor.inode === null ? undefined : byInode.get(descriptor.inode)?.table;
      if (table === 'tcp' || table === 'tcp6') this.#names.read(descriptor);
    }
  }
}

/** What is in no table by now rests on both readings: what the second could not read is missing as well. */
function withAgain(own: SocketTables, again: SocketTables): SocketTables {
  return {
    ...own,
    byInode: new Map([...again.byInode, ...own.byInode]),
    missing: own.missing.length > 0 ? own.missing : again.missing,
    faults: own.faults.length > 0 ? own.faults : again.faults,
  };
}
