import { isStillOpen, readSocketsOf } from '../../collect/open-descriptors.ts';
import type { ProcessFolder } from '../../collect/process-folder.ts';
import type { ProtocolNames } from '../../collect/protocol-names.ts';
import { fdKey } from '../../core/model/evidence.ts';
import type { Inode } from '../../core/model/inode.ts';
import type { OpenDescriptor } from '../../core/model/open-descriptor.ts';
import type { SocketTables } from '../../core/model/socket-tables.ts';

/**
 * Reads the protocol of TCP sockets, where there are MPTCP ones: those look ESTABLISHED to the end. Returns the descriptors, by `fdKey`,
 * that were closed before they could be asked; a socket that has another number by then is asked under that one.
 */
export function nameTcp(
  process: ProcessFolder,
  names: ProtocolNames,
  sockets: readonly OpenDescriptor[],
  { byInode, mptcpSockets }: SocketTables,
): readonly string[] {
  if (mptcpSockets === 0) return [];
  const gone: SocketDescriptor[] = [];
  for (const descriptor of sockets) {
    const { fd, tid, inode } = descriptor;
    const table = inode === null ? undefined : byInode.get(inode)?.table;
    if (inode === null || (table !== 'tcp' && table !== 'tcp6')) continue;
    if (names.read(descriptor) === null && !isStillOpen(process, { fd, tid, inode })) gone.push({ fd, tid, inode });
  }
  if (gone.length === 0) return [];
  const moved = new Set<Inode | null>();
  for (const descriptor of readSocketsOf(process, new Set(gone.map(({ inode }) => inode)))) {
    names.read(descriptor);
    moved.add(descriptor.inode);
  }
  return gone.filter(({ inode }) => !moved.has(inode)).map(({ fd, tid }) => fdKey(fd, tid));
}

interface SocketDescriptor {
  readonly fd: number;
  readonly tid: number | null;
  readonly inode: Inode;
}
