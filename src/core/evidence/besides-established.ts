import type { ListedSocket, SocketTables } from '../model/socket-tables.ts';

/**
 * The rows of these tables but for established TCP connections: those are nearly all where there are thousands, and whoever looks for
 * listeners, unix sockets or what has ended need not go through them.
 */
export function besidesEstablished({ byInode }: Pick<SocketTables, 'byInode'>): readonly ListedSocket[] {
  const known = found.get(byInode);
  if (known !== undefined) return known;
  const rows: ListedSocket[] = [];
  byInode.forEach((row) => {
    if (!isEstablished(row)) rows.push(row);
  });
  found.set(byInode, rows);
  return rows;
}

function isEstablished({ table, row }: ListedSocket): boolean {
  return (table === 'tcp' || table === 'tcp6') && row.state === 'ESTABLISHED';
}

const found = new WeakMap<SocketTables['byInode'], readonly ListedSocket[]>();
