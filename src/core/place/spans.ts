import type { Descriptor } from '../model/descriptor.ts';
import type { Span } from '../model/place.ts';
import type { InetSocket, TcpUse } from '../model/socket.ts';
import { isInet } from './ports.ts';

/** The least and the most of what is known. */
export class Least {
  #least = Infinity;
  #most = -Infinity;

  add(value: number | null): void {
    if (value === null) return;
    if (value < this.#least) this.#least = value;
    if (value > this.#most) this.#most = value;
  }

  get span(): Span | null {
    return this.#least > this.#most ? null : { least: this.#least, most: this.#most };
  }
}

/** Ages, queues and peers of the sockets of a place. */
export class Spans {
  readonly dead = new Least();
  readonly idle = new Least();
  readonly unread = new Least();
  readonly unsent = new Least();
  readonly peers = new Set<string>();
  #lastPeer: string | null = null;
  clientsWaiting: number | null = null;
  readonly idleMs: number[] = [];
  readonly deadMs: number[] = [];

  add(socket: Descriptor['socket']): void {
    if (isInet(socket)) this.#addInet(socket);
    else if (socket?.family === 'unix') {
      this.unread.add(socket.unreadBytes);
      this.#addWaiting(socket.clientsWaiting);
    }
  }

  #addInet({ type, remote, recvQueueBytes, acceptQueue, use, autopsy, deadMs }: InetSocket): void {
    this.dead.add(deadMs?.atMost ?? autopsy?.sinceAckMs ?? null);
    if (deadMs !== null && deadMs.atLeast !== null) this.deadMs.push(deadMs.atLeast);
    this.unread.add(use?.unreadBytes ?? autopsy?.unreadBytes ?? (type === 'dgram' ? recvQueueBytes : null));
    if (use !== null) this.#addUse(use);
    if (remote !== null) this.#addPeer(remote.address);
    if (acceptQueue !== null) this.#addWaiting(acceptQueue.waiting);
  }

  /** Of thousands in a row, most have the peer of the one before. */
  #addPeer(address: string): void {
    if (address === this.#lastPeer) return;
    this.#lastPeer = address;
    this.peers.add(address);
  }

  #addWaiting(count: number | null): void {
    if (count !== null) this.clientsWaiting = (this.clientsWaiting ?? 0) + count;
  }

  #addUse(use: TcpUse): void {
    this.unsent.add(use.unsentBytes);
    const idleFor = idleOf(use);
    this.idle.add(idleFor);
    if (idleFor !== null) this.idleMs.push(idleFor);
  }
}

function idleOf({ sinceReceivedMs, sinceSentMs }: TcpUse): number | null {
  if (sinceReceivedMs === null || sinceSentMs === null) return sinceReceivedMs ?? sinceSentMs;
  return Math.min(sinceReceivedMs, sinceSentMs);
}
