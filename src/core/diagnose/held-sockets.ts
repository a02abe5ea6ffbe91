import type { Descriptor } from '../model/descriptor.ts';
import type { InetSocket } from '../model/socket.ts';
import type { Check, VerdictName } from '../model/verdict.ts';
import { isInet } from '../place/ports.ts';
import { withVerdict } from './sorted-out.ts';

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
  for (const verdict of verdicts) {
    withVerdict(descriptors, verdict).forEach((descriptor) => {
      held.push(descriptor);
      const { socket, inode, fd, tid } = descriptor;
      if (!isInet(socket)) return;
      const key = inode ?? `${tid ?? ''}/${fd}`;
      if (!byInode.has(key)) byInode.set(key, { descriptor, socket });
    });
  }
  return { descriptors: held, sockets: [...byInode.values()] };
}

/** The traps that every one of them was checked against. */
export function sharedChecks(descriptors: readonly Descriptor[]): readonly Check[] {
  const [first, ...rest] = new Set(descriptors.map(({ verdict }) => verdict.checked));
  return (first ?? []).filter((check) => rest.every((checked) => checked.includes(check)));
}

/** The numbers that `measure` has for sockets, lowest first; null is none. */
export function toSorted(sockets: readonly HeldSocket[], measure: (held: HeldSocket) => number | null): Float64Array {
  const numbers = new Float64Array(sockets.length);
  let count = 0;
  sockets.forEach((held) => {
    const number = measure(held);
    if (number !== null && Number.isSafeInteger(number)) numbers[count++] = number;
  });
  return numbers.subarray(0, count).sort();
}
