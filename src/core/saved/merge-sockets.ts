import type { SavedSocket } from './part.ts';

/** Joins what two listings say of one socket: what one does not tell, the other may; a table that lists it is believed. */
export function mergeSockets(a: SavedSocket, b: SavedSocket): SavedSocket {
  // A unix path may hold a whole row, with anybody's inode; what another table or the kernel itself says stands.
  if (isForgery(a, b)) return b;
  if (isForgery(b, a)) return a;
  return weigh(b) > weigh(a) ? fill(b, a) : fill(a, b);
}

function fill(better: SavedSocket, other: SavedSocket): SavedSocket {
  return {
    inode: better.inode ?? other.inode,
    holders: better.holders.length > 0 ? better.holders : other.holders,
    protocol: better.protocol ?? other.protocol,
    family: better.family ?? other.family,
    protocolName: better.protocolName ?? other.protocolName,
    state: better.state ?? other.state,
    local: better.local ?? other.local,
    remote: better.remote ?? other.remote,
    path: better.path ?? other.path,
    unixType: better.unixType ?? other.unixType,
    recvQueueBytes: better.recvQueueBytes ?? other.recvQueueBytes,
    sendQueueBytes: better.sendQueueBytes ?? other.sendQueueBytes,
    listed: better.listed ?? other.listed,
  };
}

function isForgery(a: SavedSocket, b: SavedSocket): boolean {
  return a.family === 'unix' && b.family !== null && b.family !== 'unix';
}

/** One that is in a table, then one that was looked for and not found. */
function weigh({ listed }: SavedSocket): number {
  if (listed === null) return 0;
  return listed ? 2 : 1;
}
