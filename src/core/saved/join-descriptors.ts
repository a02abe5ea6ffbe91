import { mergeSockets } from './merge-sockets.ts';
import type { SavedDescriptor } from './part.ts';

/** Adds a descriptor: joined with what is known of the same, or in place of another thing that had its number. */
export function putDescriptor(
  byFd: Map<number, SavedDescriptor>,
  conflicts: Set<number>,
  fd: number,
  row: SavedDescriptor,
): void {
  const before = byFd.get(fd);
  if (before === undefined) {
    byFd.set(fd, row);
  } else if (isOther(before, row)) {
    conflicts.add(fd);
    byFd.set(fd, row);
  } else {
    byFd.set(fd, join(before, row));
  }
}

function isOther(a: SavedDescriptor, b: SavedDescriptor): boolean {
  const isNumbered = a.kind === 'socket' || a.kind === 'pipe';
  if (a.kind !== b.kind && (isNumbered || b.kind === 'socket' || b.kind === 'pipe')) return true;
  return isNumbered && a.inode !== null && b.inode !== null && a.inode !== b.inode;
}

/** A type that stat(2) told is better than what a path looks like: only listings with inodes of files have it. */
function join(a: SavedDescriptor, b: SavedDescriptor): SavedDescriptor {
  const [better, other] = a.inode === null && b.inode !== null ? [b, a] : [a, b];
  const socket = a.socket === null || b.socket === null ? (a.socket ?? b.socket) : mergeSockets(a.socket, b.socket);
  return { ...better, kind: better.kind ?? other.kind, inode: better.inode ?? other.inode, socket };
}
