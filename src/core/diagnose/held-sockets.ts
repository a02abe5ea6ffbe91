import type { Descriptor } from '../model/descriptor.ts';
import type { InetSocket } from '../model/socket.ts';
import type { Check, VerdictName } from '../model/verdict.ts';

export interface HeldSocket {
  readonly descriptor: Descriptor;
  readonly socket: InetSocket;
}

/** The sockets of one verdict. A socket held by two descriptors is one socket and counts twice as a descriptor. */
export interface HeldSockets {
  readonly descriptors: readonly Descriptor[];
  readonly sockets: readonly HeldSocket[];
}

export function findSockets(descriptors: readonly Descriptor[], ...verdicts: readonly VerdictName[]): HeldSockets {
  const held: Descriptor[] = [];
  const byInode = new Map<string, HeldSocket>();
  for (const descriptor of descriptors) {
    if (!verdicts.includes(descriptor.verdict.is)) continue;
    held.push(descriptor);
    const { socket, inode, fd, tid } = descriptor;
    if (socket === null || !isInet(socket)) continue;
    const key = inode ?? `${tid ?? ''}/${fd}`;
    if (!byInode.has(key)) byInode.set(key, { descriptor, socket });
  }
  return { descriptors: held, sockets: [...byInode.values()] };
}

function isInet(socket: NonNullable<Descriptor['socket']>): socket is InetSocket {
  return socket.family === 'inet' || socket.family === 'inet6';
}

/** The traps that every one of them was checked against. */
export function sharedChecks(descriptors: readonly Descriptor[]): readonly Check[] {
  const [first, ...rest] = new Set(descriptors.map(({ verdict }) => verdict.checked));
  return (first ?? []).filter((check) => rest.every((checked) => checked.includes(check)));
}
