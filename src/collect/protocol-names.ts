import { unixInodesIn } from '../core/evidence/unix-inodes.ts';
import type { Inode } from '../core/model/inode.ts';
import type { OpenDescriptor } from '../core/model/open-descriptor.ts';
import type { SocketTables } from '../core/model/socket-tables.ts';
import { parseFdinfo } from '../core/parse/proc-fdinfo.ts';
import type { Deadline } from './deadline.ts';
import type { KernelCalls } from './kernel-calls.ts';
import type { ProcessFolder } from './process-folder.ts';
import { readStatOf } from './stat-buffer.ts';
import { isSocket } from './file-type.ts';

const XATTR = 'system.sockprotoname';
const value = Buffer.alloc(64);

/**
 * The kernel's names of the protocols of a process's sockets, `TCPv6`, from an xattr of their descriptors; lsof prints the same
 * after `protocol:`. Each is read once; without system calls there are none.
 *
 * @see getxattr(2); kernel net/socket.c sockfs_xattr_get()
 */
export class ProtocolNames {
  readonly byInode: Map<Inode, string>;
  readonly #process: ProcessFolder;

  /** `known`: what an earlier look at the process read; a socket does not change its protocol. */
  constructor(process: ProcessFolder, known: ReadonlyMap<Inode, string> = new Map()) {
    this.#process = process;
    this.byInode = new Map(known);
  }

  /** null where it cannot be read. */
  read({ fd, tid, inode }: OpenDescriptor): string | null {
    const { proc, calls } = this.#process;
    if (calls === null || inode === null) return null;
    const known = this.byInode.get(inode);
    if (known !== undefined) return known;
    const path = `${proc.root}/${this.#process.path(tid)}/fd/${fd}`;
    const name = this.#process.protocolOf({ fd, tid }) ?? readName(calls, path, inode);
    if (name !== null) this.byInode.set(inode, name);
    return name;
  }

  /**
   * The tables without forged rows. Names of unix sockets may hold newlines and whole rows, so that any inode may seem to stand in
   * the table unix; the name of a protocol cannot be forged, and a row that it contradicts is none. Where that may not be asked, it is
   * a line that fdinfo has for unix sockets alone.
   */
  async withoutForged(
    tables: SocketTables,
    sockets: readonly OpenDescriptor[],
    deadline: Deadline,
  ): Promise<SocketTables> {
    const forged = new Set<Inode>();
    const unix = unixInodesIn(tables);
    for (const descriptor of unix.size === 0 ? [] : sockets) {
      const { inode } = descriptor;
      if (inode === null || !unix.has(inode)) continue;
      if (!this.#isUnix(descriptor)) forged.add(inode);
      if (deadline.isTired()) await deadline.rest();
    }
    if (forged.size === 0) return tables;
    return { ...tables, byInode: new Map([...tables.byInode].filter(([inode]) => !forged.has(inode))) };
  }

  #isUnix(descriptor: OpenDescriptor): boolean {
    const name = this.read(descriptor);
    if (name !== null) return name.startsWith('UNIX');
    const text = this.#process.fdinfo(descriptor);
    return text.kind !== 'read' || parseFdinfo(text.value).scmFds !== null || !this.#saysScmFds();
  }

  /** Whether this kernel has that line, since Linux 5.5. */
  #saysScmFds(): boolean {
    const release = this.#process.proc.text('sys/kernel/osrelease');
    const [, major = '0', minor = '0'] = release.kind === 'read' ? (/^(\d+)\.(\d+)/.exec(release.value) ?? []) : [];
    return Number(major) > 5 || (Number(major) === 5 && Number(minor) >= 5);
  }
}

/**
 * Through a descriptor that only names it (O_PATH), so that what is asked is the socket and not a file that took its number meanwhile: a
 * file system of the target's own would let us wait.
 */
function readName(calls: KernelCalls, path: string, inode: Inode): string | null {
  const fd = calls.openPath(path);
  if (fd < 0) return null;
  try {
    const stat = readStatOf(calls, fd);
    if (stat === null || !isSocket(stat) || stat.inode !== inode) return null;
    const length = calls.getxattr(`/proc/self/fd/${fd}`, XATTR, value);
    return length <= 0 ? null : value.toString('latin1', 0, length).replace(/\0+$/, '');
  } finally {
    calls.close(fd);
  }
}
