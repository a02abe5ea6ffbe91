import type { Inode } from '../model/inode.ts';
import type { SocketTables } from '../model/socket-tables.ts';
import { besidesEstablished } from './besides-established.ts';

/** The unix sockets in these tables. Most sockets of a large process are none: whoever looks for them asks this, and not each of its sockets. */
export function unixInodesIn(tables: Pick<SocketTables, 'byInode'>): ReadonlySet<Inode> {
  const inodes = new Set<Inode>();
  for (const { table, row } of besidesEstablished(tables)) if (table === 'unix') inodes.add(row.inode);
  return inodes;
}
