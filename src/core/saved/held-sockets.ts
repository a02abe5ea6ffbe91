import { type Inode, toInode } from '../model/inode.ts';
import { mergeSockets } from './merge-sockets.ts';
import type { Part, SavedDescriptor, SavedSocket } from './part.ts';
import { toHeld } from './held.ts';

/** Inodes that no listing names get a name of their own, which no kernel gives: `?1`. */
const UNNAMED = '?';

/**
 * Adds to a process's descriptors what listings of sockets say of them, by inode or by descriptor; where no listing of
 * descriptors was saved, the sockets that name the process are what is known of them.
 */
export function addSockets(
  rows: readonly SavedDescriptor[] | null,
  parts: readonly Part[],
  pid: number | null,
): readonly SavedDescriptor[] | null {
  const sockets = parts.flatMap(({ content }) => (content.kind === 'sockets' ? content.rows : []));
  if (rows === null) return toHeld(sockets, pid);
  const byInode = new Map<Inode, SavedSocket>();
  const byFd = new Map<number, SavedSocket>();
  for (const socket of sockets) {
    const holder = socket.holders.find((one) => one.pid === pid);
    if (socket.inode !== null) note(byInode, socket.inode, socket);
    else if (holder !== undefined && holder.fd !== null) note(byFd, holder.fd, socket);
  }
  return rows.map((row) => {
    if (row.socket === null) return row;
    const found =
      (row.inode === null ? undefined : byInode.get(row.inode)) ?? (row.fd === null ? undefined : byFd.get(row.fd));
    return found === undefined ? row : { ...row, socket: mergeSockets(row.socket, found) };
  });
}

function note<Key>(sockets: Map<Key, SavedSocket>, key: Key, socket: SavedSocket): void {
  const before = sockets.get(key);
  sockets.set(key, before === undefined ? socket : mergeSockets(before, socket));
}

/** The inode of a socket, or a name that stands for it. */
export function inodeOf({ inode }: SavedDescriptor, at: number): Inode {
  return inode ?? toInode(`${UNNAMED}${at}`);
}
