import type { SavedSocket } from './part.ts';

/** Joins what two listings say of one socket: what one does not tell, the other may; a table that lists it is believed. */
export function mergeSockets(a: SavedSocket, b: SavedSocket): SavedSocket {
  const [better, other] = weigh(b) > weigh(a) ? [b, a] : [a, b];
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
    recvQueueBytes: better.recvQueueBytes ?? other.recvQueueBytes,
    sendQueueBytes: better.sendQueueBytes ?? other.sendQueueBytes,
    listed: better.listed ?? other.listed,
  };
}

/** One that stands in a table, then one that was looked for in vain. */
function weigh({ listed }: SavedSocket): number {
  if (listed === null) return 0;
  return listed ? 2 : 1;
}
