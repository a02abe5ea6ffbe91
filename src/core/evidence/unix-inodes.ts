import type { Inode } from '../model/inode.ts';
import type { SocketTables } from '../model/socket-tables.ts';

/** The unix sockets in these tables. Most sockets of a large process are none: whoever looks for them asks this, and not each of its sockets. */
export function unixInodesIn({ byInode }: Pick<SocketTables, 'byInode'>): ReadonlySet<Inode> {
  const known = found.get(byInode);
  if (known !== undefined) return known;
  const inodes = new Set<Inode>();
  for (const [inode, { table }] of byInode) if (table === 'unix') inodes.add(inode);
  found.set(byInode, inodes);
  return inodes;
}

/** Several ask for those of the same thousands. */
const found = new WeakMap<SocketTables['byInode'], ReadonlySet<Inode>>();
