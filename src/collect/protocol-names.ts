import type { Inode } from '../core/model/inode.ts';
import type { OpenDescriptor } from '../core/model/open-descriptor.ts';
import type { SocketTables } from '../core/model/socket-tables.ts';
import type { ProcessFolder } from './process-folder.ts';

const XATTR = 'system.sockprotoname';
const value = Buffer.alloc(64);

/**
 * The kernel's names of the protocols of a process's sockets, `TCPv6`, from an xattr of their descriptors; lsof prints the same
 * after `protocol:`. Each is read once; without system calls there are none.
 *
 * @see getxattr(2); kernel net/socket.c sockfs_xattr_get()
 */
export class ProtocolNames {
  readonly byInode = new Map<Inode, string>();
  readonly #process: ProcessFolder;

  constructor(process: ProcessFolder) {
    this.#process = process;
  }

  /** null where it cannot be read. */
  read({ fd, tid, inode }: OpenDescriptor): string | null {
    const { proc, calls } = this.#process;
    if (calls === null || inode === null) return null;
    const known = this.byInode.get(inode);
    if (known !== undefined) return known;
    const length = calls.getxattr(`${proc.root}/${this.#process.path(tid)}/fd/${fd}`, XATTR, value);
    if (length <= 0) return null;
    const name = value.toString('latin1', 0, length).replace(/\0+$/, '');
    this.byInode.set(inode, name);
    return name;
  }

  /**
   * The tables without forged rows. Names of unix sockets may hold newlines and whole rows, so that any inode may seem to stand in
   * the table unix; the name of a protocol cannot be forged, and a row that it contradicts is none.
   */
  withoutForged(tables: SocketTables, sockets: readonly OpenDescriptor[]): SocketTables {
    const forged = new Set<Inode>();
    for (const descriptor of sockets) {
      const { inode } = descriptor;
      if (inode === null || tables.byInode.get(inode)?.table !== 'unix') continue;
      if (this.read(descriptor)?.startsWith('UNIX') === false) forged.add(inode);
    }
    if (forged.size === 0) return tables;
    return { ...tables, byInode: new Map([...tables.byInode].filter(([inode]) => !forged.has(inode))) };
  }
}
