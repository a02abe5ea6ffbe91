import { readInetDiag } from '../../collect/inet-diag.ts';
import { toDiagCalls } from '../../collect/netns.ts';
import { netnsOf } from '../../collect/network-tables.ts';
import { ProcessFolder } from '../../collect/process-folder.ts';
import type { Descriptor } from '../../core/model/descriptor.ts';
import type { Inode } from '../../core/model/inode.ts';
import type { Endpoint } from '../../core/model/socket.ts';
import type { JudgedPlace } from '../../core/model/turnover.ts';
import type { Verdict } from '../../core/model/verdict.ts';
import { isInet } from '../../core/place/ports.ts';
import type { World } from '../world.ts';

/** A dump is not one moment: two have to agree. */
const SEARCHES = 2;

const GONE: Verdict = {
  is: 'peer-gone',
  cause: null,
  leak: 'suspect',
  because: 'ESTABLISHED, and no socket of its namespace is the other end: the peer vanished without a packet',
  checked: ['second-look'],
};

/**
 * Finds accepted connections of this host whose other end is no socket any more: the peer was lost without a packet (its machine slept, a
 * NAT forgot it), and without keepalive the kernel never learns of it. Of peers elsewhere nothing is known.
 */
export class GonePeers {
  readonly #world: World;
  #searches = 0;
  /** Without another end at the last search. */
  #alone: ReadonlySet<Inode> = new Set();
  #gone: ReadonlySet<Inode> = new Set();

  constructor(world: World) {
    this.#world = world;
  }

  /** The next looks search, where connections grow that their peers alone would keep open, or whose peers were found to be gone. */
  searchFor(places: readonly JudgedPlace[]): void {
    const grows = ({ judgement, drivenBy, what }: JudgedPlace): boolean =>
      (judgement === 'may-be-load' && drivenBy === 'peers') || (judgement === 'leak' && what === GONE.is);
    if (places.some(grows)) this.#searches = SEARCHES;
  }

  /** The descriptors, with the verdict of those whose peers are gone. */
  mark(pid: number, descriptors: readonly Descriptor[]): readonly Descriptor[] {
    if (this.#searches > 0) this.#search(pid, descriptors);
    this.#searches = Math.max(0, this.#searches - 1);
    if (this.#gone.size === 0) return descriptors;
    return descriptors.map((one) =>
      one.inode !== null && this.#gone.has(one.inode) && one.verdict.is === 'established'
        ? { ...one, verdict: GONE }
        : one,
    );
  }

  #search(pid: number, descriptors: readonly Descriptor[]): void {
    const { proc } = this.#world;
    const load = this.#world.kernelCalls();
    const process = new ProcessFolder(proc, pid, { calls: load.kind === 'loaded' ? load.calls : null });
    const ends = new Map(descriptors.flatMap(toOtherEnd));
    if (ends.size === 0) return;
    const calls = toDiagCalls(proc, process.path(), netnsOf(process), process.calls);
    const rows = calls === null ? null : readInetDiag(calls, () => true, false);
    if (rows === null) return;
    const locals = new Set(rows.map(({ row }) => toKey(row.local)));
    const alone = new Set([...ends].flatMap(([inode, end]) => (locals.has(end) ? [] : [inode])));
    this.#gone = new Set([...alone].filter((inode) => this.#alone.has(inode) || this.#gone.has(inode)));
    this.#alone = alone;
  }
}

/** Of an accepted connection of this host, where its other end would be: `127.0.0.1 45212`. */
function toOtherEnd({ inode, socket, verdict }: Descriptor): [Inode, string][] {
  if (inode === null || verdict.is !== 'established' || !isInet(socket) || socket.protocol !== 'tcp') return [];
  const { local, remote } = socket;
  return local !== null && remote !== null && isHere(local, remote) ? [[inode, toKey(remote)]] : [];
}

/** Both ends at one address, or the other at one that is always this host's. */
function isHere(local: Endpoint, remote: Endpoint): boolean {
  return local.address === remote.address || /^(?:::ffff:)?127\.|^::1$/.test(remote.address);
}

function toKey({ address, port }: Endpoint): string {
  return `${address.replace(/^::ffff:/, '')} ${port}`;
}
