import type { Asked, NetworkTables } from '../../collect/network-tables.ts';
import { isStillOpen, readSocketsOf } from '../../collect/open-descriptors.ts';
import type { ProcessFolder } from '../../collect/process-folder.ts';
import { ProtocolNames } from '../../collect/protocol-names.ts';
import type { TableEvidence } from '../../core/model/evidence.ts';
import type { Inode } from '../../core/model/inode.ts';
import type { OpenDescriptor } from '../../core/model/open-descriptor.ts';
import type { SocketTables } from '../../core/model/socket-tables.ts';
import type { Interrogation } from './interrogation.ts';
import type { SocketLook, SocketSight } from './socket-sight.ts';
import { nameTcp } from './name-tcp.ts';
import { PassingSockets } from './passing-sockets.ts';
import { withAgain } from './with-again.ts';
import { UnlistedSockets } from './unlisted-sockets.ts';
import type { World } from '../world.ts';

/** Of a process without sockets: no table was read. */
export const NO_TABLES: TableEvidence = {
  own: null,
  others: [],
  namespacesDenied: 0,
  namespacesSearched: false,
  readAgain: false,
  tookMs: null,
};

const FEW = 64;
/** How often a descriptor that moves is looked for. */
const MOST_SEEKS = 3;

/** What of the world a look at sockets needs. */
export type LookedFrom = Pick<World, 'clock' | 'network'>;

/** The sockets of one process. */
export class OpenSockets implements SocketLook {
  readonly #process: ProcessFolder;
  readonly #network: NetworkTables;
  /** When its descriptors had been listed: older tables cannot show that a socket is in none. */
  readonly #listedAtMs: number;
  readonly #names: ProtocolNames;
  readonly #interrogation: Interrogation;
  readonly #sockets: readonly OpenDescriptor[];
  readonly #unlisted: UnlistedSockets;
  readonly #passing: PassingSockets;
  readonly #moved: OpenDescriptor[] = [];
  /** Closed before they could be asked for their protocol, by `fdKey`. */
  readonly #closed = new Set<string>();
  #tables: TableEvidence;

  constructor(
    { clock, network }: LookedFrom,
    process: ProcessFolder,
    interrogation: Interrogation,
    sockets: readonly OpenDescriptor[],
  ) {
    this.#process = process;
    this.#network = network;
    this.#interrogation = interrogation;
    this.#names = new ProtocolNames(process);
    this.#sockets = sockets;
    this.#listedAtMs = clock.monotonicMs();
    const own = this.#readOwn(new Set(['0', ...sockets.flatMap(({ inode }) => inode ?? [])]), null);
    this.#unlisted = new UnlistedSockets(sockets, own);
    this.#passing = new PassingSockets(process, sockets, own);
    this.#tables = { ...NO_TABLES, own, ...(this.#unlisted.size > 0 ? this.#searchNamespaces() : {}) };
    this.#tables = { ...this.#tables, tookMs: clock.monotonicMs() - this.#listedAtMs };
  }

  /** Asks those in no table. */
  async first(): Promise<void> {
    if (this.#interrogation.canAsk) {
      await this.#interrogation.askFirst(this.#unlisted);
      await this.#seekMoved();
    } else this.#dropClosed();
    this.#nameOpaque();
    this.#nameTcp();
  }

  get sight(): SocketSight {
    return {
      tables: this.#tables,
      probes: this.#interrogation.evidence,
      protocolNames: this.#names.byInode,
      dropped: new Set([...this.#unlisted.dropped, ...this.#passing.dropped, ...this.#closed]),
      active: this.#passing.active,
      moved: this.#moved,
    };
  }

  get doubtful(): number {
    let count = this.#passing.doubtful;
    for (const inode of this.#unlisted.inodes) if (this.#isDoubtful(inode)) count++;
    return count;
  }

  async again(): Promise<SocketLook> {
    this.#lookAtPassing();
    if (this.#restsOnAbsence()) this.#readTablesAgain();
    if (this.#interrogation.canAsk) {
      await this.#interrogation.askAgain(this.#unlisted);
      await this.#seekMoved();
    } else this.#dropClosed();
    this.#nameTcp();
    return this;
  }

  async againAtOnce(): Promise<SocketLook> {
    if (!this.#restsOnAbsence()) return this;
    this.#dropClosed();
    this.#readTablesAgain();
    this.#dropClosed();
    this.#nameTcp();
    return this;
  }

  /**
   * A program that gives its descriptors other numbers all the time hides nothing: what is gone from its number is looked for by its
   * inode, and asked under the number it has now.
   */
  async #seekMoved(): Promise<void> {
    const { own } = this.#tables;
    if (own === null) return;
    for (let tries = 0; tries < MOST_SEEKS; tries += 1) {
      const gone = this.#interrogation.takeGone();
      const moved = gone.size === 0 ? [] : readSocketsOf(this.#process, gone);
      if (moved.length === 0) return;
      const found = new UnlistedSockets(moved, own);
      const isLast = tries === MOST_SEEKS - 1;
      for (const [inode, descriptors] of found.entries) {
        for (const one of descriptors) this.#unlisted.add(inode, one);
        if (isLast) this.#interrogation.noteMoving(inode);
      }
      this.#moved.push(...moved);
      if (!isLast) await this.#interrogation.askFirst(found);
      this.#unlisted.forget(found.dropped);
    }
  }

  #readOwn(inodes: Asked, sinceMs: number | null): SocketTables {
    return this.#names.withoutForged(this.#network.own(this.#process, inodes, sinceMs), this.#sockets);
  }

  #searchNamespaces(): Pick<TableEvidence, 'others' | 'namespacesDenied' | 'namespacesSearched'> {
    const asked = { inodes: new Set(this.#unlisted.inodes), reads: this.#tablesOf() };
    const { tables, denied } = this.#network.others(this.#process, asked);
    const others = tables.map((one) => this.#names.withoutForged(one, this.#sockets));
    for (const one of others) this.#unlisted.removeListed(one);
    return { others, namespacesDenied: denied, namespacesSearched: true };
  }

  /** Which tables could list these sockets. Of a few the kernel says the protocol; of thousands that takes longer than reading all. */
  #tablesOf(): (table: string) => boolean {
    if (this.#unlisted.size > FEW) return () => true;
    const names = [...this.#unlisted.entries].map(([, [descriptor]]) =>
      descriptor === undefined ? null : this.#names.read(descriptor),
    );
    if (names.every((name) => name?.startsWith('UNIX') === true)) return (table) => table === 'unix';
    if (names.every((name) => name?.includes('TCP') === true)) return (table) => table === 'tcp' || table === 'tcp6';
    return () => true;
  }

  #lookAtPassing(): void {
    const { own } = this.#tables;
    if (this.#passing.doubtful === 0 || own === null) return;
    const again = this.#readOwn(this.#passing.inodes, this.#listedAtMs);
    if (again.missing.length === 0) this.#tables = { ...this.#tables, own: this.#passing.update(own, again) };
  }

  #readTablesAgain(): void {
    const again = this.#readOwn(new Set(this.#unlisted.inodes), this.#listedAtMs);
    const { own } = this.#tables;
    this.#tables = { ...this.#tables, own: own === null ? null : withAgain(own, again), readAgain: true };
    this.#unlisted.removeListed(again);
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
    for (const inode of this.#unlisted.inodes) {
      const isDead = this.#interrogation.looksAt(inode)?.first?.info?.state === 'CLOSE';
      if (!isDead && this.#isDoubtful(inode)) return true;
    }
    return false;
  }

  #dropClosed(): void {
    for (const [inode, descriptors] of this.#unlisted.entries) {
      for (const descriptor of descriptors.slice()) {
        const { fd, tid } = descriptor;
        if (!isStillOpen(this.#process, { fd, tid, inode })) this.#unlisted.drop(inode, descriptor);
      }
      if (!this.#unlisted.has(inode)) this.#interrogation.forget(inode);
    }
  }

  /** Reads the protocol of sockets that did not say it themselves. */
  #nameOpaque(): void {
    for (const [inode, [descriptor]] of this.#unlisted.entries) {
      const probe = this.#interrogation.looksAt(inode)?.first ?? null;
      if (descriptor !== undefined && (probe === null || probe.info === null)) this.#names.read(descriptor);
    }
  }

  #nameTcp(): void {
    const { own, others } = this.#tables;
    for (const tables of own === null ? others : [own, ...others])
      for (const key of nameTcp(this.#process, this.#names, this.#sockets, tables)) this.#closed.add(key);
  }
}
