import { toLink } from './descriptors.ts';
import { mergeSockets } from './merge-sockets.ts';
import type { SavedDescriptor, SavedSocket } from './part.ts';

/** What listings of sockets alone tell of the descriptors of a process; null where none names it. */
export function toHeld(sockets: readonly SavedSocket[], pid: number | null): readonly SavedDescriptor[] | null {
  const held = new Map<string, SavedDescriptor>();
  for (const socket of sockets) {
    const holder = socket.holders.find((one) => one.pid === pid);
    if (holder === undefined) continue;
    const key =
      socket.inode ??
      `${holder.fd} ${socket.local?.address}:${socket.local?.port} ${socket.remote?.address}:${socket.remote?.port} ${held.size}`;
    const before = held.get(key);
    held.set(
      key,
      before?.socket == null
        ? toDescriptor(socket, holder.fd, pid)
        : { ...before, socket: mergeSockets(before.socket, socket) },
    );
  }
  return held.size === 0 ? null : [...held.values()];
}

function toDescriptor(socket: SavedSocket, fd: number | null, pid: number | null): SavedDescriptor {
  return {
    pid,
    fd,
    fdText: fd === null ? '' : `${fd}`,
    isDescriptor: true,
    kind: 'socket',
    target: toLink('socket', socket.inode),
    inode: socket.inode,
    deleted: false,
    socket,
  };
}
