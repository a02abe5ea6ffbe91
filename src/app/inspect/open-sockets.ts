import type { Asked } from '../../collect/network-tables.ts';
import { isStillOpen, readSocketsOf } from '../../collect/open-descriptors.ts';
import type { ProcessFolder } from '../../collect/process-folder.ts';
import { ProtocolNames } from '../../collect/protocol-names.ts';
import type { TableEvidence } from '../../core/model/evidence.ts';
import type { Inode } from '../../core/model/inode.ts';
import type { OpenDescriptor } from '../../core/model/open-descriptor.ts';
import type { SocketTables } from '../../core/model/socket-tables.ts';
import type { Deadline } from '../../collect/deadline.ts';
import type { Interrogation } from './interrogation.ts';
import { type LookedFrom, NO_TABLES, type SocketLook, type SocketSight } from './socket-sight.ts';
import { nameTcp } from './name-tcp.ts';
import { PassingSockets } from './passing-sockets.ts';
import { withAgain } from './with-again.ts';
import { UnlistedSockets } from './unlisted-sockets.ts';
import { FEW, whichTables } from './which-tables.ts';

/** How often a descriptor that moves is looked for. */
const MOST_SEEKS = 3;

interface From extends LookedFrom {
  readonly process: ProcessFolder;
  readonly interrogation: Interrogation;
  readonly deadline: Deadline;
  readonly names: ReadonlyMap<Inode, string>;
}

/** The sockets of one process. */
export class OpenSockets implements SocketLook {
  readonly #from: From;
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

  private constructor(
    from: From,
    sockets: readonly OpenDescriptor[],
    { listedAtMs, names, own }: { listedAtMs: number; names: ProtocolNames; own: SocketTables },
  ) {
    this.#from = from;
    this.#names = names;
    this.#interrogation = from.interrogation;
    this.#sockets = sockets;
    this.#listedAtMs = listedAtMs;
    this.#unlisted = new UnlistedSockets(sockets, own);
    this.#passing = new PassingSockets(from.process, sockets, own);
    this.#tables = { ...NO_TABLES, own };
  }

  /** Reads the tables, and asks those in none. */
  static async look(from: From, sockets: readonly OpenDescriptor[]): Promise<OpenSockets> {
    const { clock, network, process, deadline } = from;
    const listedAtMs = clock.monotonicMs();
    const names = new ProtocolNames(process, from.names);
    const inodes = new Set<string>(sockets.map(({ inode }) => inode ?? '0')).add('0');
    const listed = await network.own(process, { inodes, sinceMs: null, deadline });
    const own = await names.withoutForged(listed, sockets, deadline);
    const look = new OpenSockets(from, sockets, { listedAtMs, names, own });
    if (look.#unlisted.size > 0) look.#tables = { ...look.#tables, ...(await look.#searchNamespaces()) };
    look.#tables = { ...look.#tables, tookMs: clock.monotonicMs() - listedAtMs };
    await look.#first();
    return look;
  }

  async #first(): Promise<void> {
    if (this.#interrogation.canAsk) {
      await this.#interrogation.askFirst(this.#unlisted);
      await this.#seekMoved();
    } else await this.#dropClosed();
    await this.#nameOpaque();
    this.#nameTcp();
  }

  get sight(): SocketSight {
    return {
      tables: this.#tables,
      probes: this.#interrogation.evidence,
      protocolNames: this.#names.byInode,
      dropped: new Set([...this.#unlisted.dropped, ...this.#passing.dropped, ...this.#closed]),
      active: this.#passing.active,
      steady: this.#passing.steady,
      moved: this.#moved,
    };
  }

  get doubtful(): number {
    return this.#passing.doubtful + this.#unlisted.inodes.filter((inode) => this.#isDoubtful(inode)).length;
  }

  async again(): Promise<SocketLook> {
    await this.#lookAtPassing();
    if (this.#restsOnAbsence()) await this.#readTablesAgain();
    if (this.#interrogation.canAsk) {
      await this.#interrogation.askAgain(this.#unlisted);
      await this.#seekMoved();
    } else await this.#dropClosed();
    this.#nameTcp();
    return this;
  }

  async againAtOnce(): Promise<SocketLook> {
    if (!this.#restsOnAbsence()) return this;
    await this.#dropClosed();
    await this.#readTablesAgain();
    await this.#dropClosed();
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
      const moved = gone.size === 0 ? [] : readSocketsOf(this.#from.process, gone);
      if (moved.length === 0) return;
      const found = new UnlistedSockets(moved, own);
      const isLast = tries === MOST_SEEKS - 1;
      for (const inode of found.inodes) {
        for (const one of found.heldBy(inode)) this.#unlisted.add(inode, one);
        if (isLast) this.#interrogation.noteMoving(inode);
      }
      this.#moved.push(...moved);
      if (!isLast) await this.#interrogation.askFirst(found);
      this.#unlisted.forget(found.dropped);
    }
  }

  /** What the tables say of these now. */
  async #readAgain(inodes: Asked): Promise<SocketTables> {
    const { network, process, deadline } = this.#from;
    const again = await network.own(process, { inodes, sinceMs: this.#listedAtMs, deadline });
    return await this.#names.withoutForged(again, this.#sockets, deadline);
  }

  async #searchNamespaces(): Promise<Pick<TableEvidence, 'others' | 'namespacesDenied' | 'namespacesSearched'>> {
    const { network, process, deadline } = this.#from;
    const strays = this.#interrogation.straysAmong(this.#unlisted);
    // No other namespace lists what is of this one.
    if (strays.length === 0) return { others: [], namespacesDenied: 0, namespacesSearched: true };
    const asked = { inodes: new Set(strays), reads: whichTables(this.#unlisted, this.#names), deadline };
    const { tables, denied } = await network.others(process, asked);
    const others: SocketTables[] = [];
    for (const one of tables) {
      const genuine = await this.#names.withoutForged(one, this.#sockets, deadline);
      this.#unlisted.removeListed(genuine);
      others.push(genuine);
    }
    return { others, namespacesDenied: denied, namespacesSearched: true };
  }

  async #lookAtPassing(): Promise<void> {
    const { own } = this.#tables;
    if (this.#passing.inodes.size === 0 || own === null) return;
    const again = await this.#readAgain(this.#passing.inodes);
    if (again.missing.length === 0) this.#tables = { ...this.#tables, own: this.#passing.update(own, again) };
  }

  async #readTablesAgain(): Promise<void> {
    const again = await this.#readAgain(new Set(this.#unlisted.inodes));
    const { own } = this.#tables;
    this.#tables = { ...this.#tables, own: own === null ? null : withAgain(own, again), readAgain: true };
    this.#unlisted.removeListed(again);
    for (const inode of again.byInode.keys()) this.#interrogation.forget(inode);
  }

  /** A socket whose protocol has a state, or may have one; a unix one whose peer is gone; any that was asked and did not answer. */
  #isDoubtful(inode: Inode): boolean {
    const looks = this.#interrogation.looksAt(inode);
    if (looks === undefined) return this.#names.byInode.get(inode)?.includes('TCP') !== false;
    const { first } = looks;
    return first === null || first.info !== null || (first.family === 'unix' && first.hungUp);
  }

  /** Whether some socket's absence from the tables is all that speaks. One that answered CLOSE itself needs no table. */
  #restsOnAbsence(): boolean {
    return this.#unlisted.inodes.some((inode) => {
      const isDead = this.#interrogation.looksAt(inode)?.first?.info?.state === 'CLOSE';
      return !isDead && this.#isDoubtful(inode);
    });
  }

  /** For what it is too late stays in the list: so many have no name, and are undecided. */
  async #dropClosed(): Promise<void> {
    let asked = 0;
    for (const inode of this.#unlisted.inodes) {
      for (const descriptor of this.#unlisted.heldBy(inode).slice())
        if (!isStillOpen(this.#from.process, { ...descriptor, inode })) this.#unlisted.drop(inode, descriptor);
      if (!this.#unlisted.has(inode)) this.#interrogation.forget(inode);
      if (++asked >= FEW && (await this.#from.deadline.hasPassed())) return;
    }
  }

  /** Reads the protocol of sockets that did not say it themselves. */
  async #nameOpaque(): Promise<void> {
    await this.#from.deadline.each(this.#unlisted.inodes, (inode) => {
      const info = this.#interrogation.looksAt(inode)?.first?.info ?? null;
      const descriptor = this.#unlisted.heldBy(inode)[0];
      if (descriptor !== undefined && info === null) this.#names.read(descriptor);
    });
  }

  #nameTcp(): void {
    const { own, others } = this.#tables;
    for (const tables of own === null ? others : [own, ...others])
      for (const key of nameTcp(this.#from.process, this.#names, this.#sockets, tables)) this.#closed.add(key);
  }
}
