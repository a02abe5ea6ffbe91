import type { Inode } from '../../core/model/inode.ts';
import { fdKey } from '../../core/model/evidence.ts';
import type { OpenDescriptor } from '../../core/model/open-descriptor.ts';
import type { SocketTables } from '../../core/model/socket-tables.ts';

/** The sockets of one process that stand in no table, with the descriptors that hold them; it shrinks as more is known. */
export class UnlistedSockets {
  /** Descriptors that turned out to be closed, by `fdKey`. */
  readonly dropped = new Set<string>();
  readonly #byInode = new Map<Inode, OpenDescriptor[]>();

  /** `sockets`: all of the process; `own`: the tables of its namespace. */
  constructor(sockets: readonly OpenDescriptor[], own: SocketTables) {
    sockets.forEach((descriptor) => {
      if (descriptor.inode !== null && !own.byInode.has(descriptor.inode)) this.add(descriptor.inode, descriptor);
    });
  }

  add(inode: Inode, descriptor: OpenDescriptor): void {
    const known = this.#byInode.get(inode);
    if (known === undefined) this.#byInode.set(inode, [descriptor]);
    else known.push(descriptor);
  }

  get size(): number {
    return this.#byInode.size;
  }

  get inodes(): readonly Inode[] {
    return [...this.#byInode.keys()];
  }

  heldBy(inode: Inode): readonly OpenDescriptor[] {
    return this.#byInode.get(inode) ?? [];
  }

  has(inode: Inode): boolean {
    return this.#byInode.has(inode);
  }

  /** Takes out descriptors by their `fdKey`, and the sockets that have no other. */
  forget(keys: ReadonlySet<string>): void {
    if (keys.size === 0) return;
    for (const [inode, descriptors] of this.#byInode) {
      const left = descriptors.filter(({ fd, tid }) => !keys.has(fdKey(fd, tid)));
      if (left.length === 0) this.#byInode.delete(inode);
      else this.#byInode.set(inode, left);
    }
  }

  /** Takes out what some table turned out to list. */
  removeListed({ byInode }: SocketTables): void {
    this.#byInode.forEach((_, inode) => byInode.has(inode) && this.#byInode.delete(inode));
  }

  /** Takes out a descriptor that names the socket no more; the socket itself goes with its last one. */
  drop(inode: Inode, descriptor: OpenDescriptor): void {
    this.dropped.add(fdKey(descriptor.fd, descriptor.tid));
    const held = this.#byInode.get(inode) ?? [];
    const at = held.indexOf(descriptor);
    if (at >= 0) held.splice(at, 1);
    if (held.length === 0) this.#byInode.delete(inode);
  }
}
