import type { Socket } from 'node:net';
import type { Early } from './held-socket.ts';
import { NOTHING_EARLY } from './held-socket.ts';
import { resetSocket } from './reset.ts';

/** Bytes that may wait in memory for a slow reader, per direction; past them the sender is no longer read. */
const MAX_UNSENT_BYTES = 256 * 1024;

/** A socket to be joined to another, with what was read from it before. */
export interface RelayEnd {
  readonly socket: Socket;
  readonly early: Early;
}

/**
 * Copies bytes both ways between two sockets until both directions have ended.
 *
 * A FIN is passed on as a FIN, and the other direction stays open (both sockets need `allowHalfOpen`). A connection
 * that breaks is passed on as a reset, so that a cut transfer cannot pass for a whole one. A reader slower than the writer
 * stops the writer, not the proxy.
 */
export class Relay {
  readonly #ends: readonly Socket[];
  readonly #onClosed: () => void;
  #open = 2;

  constructor(a: RelayEnd, b: RelayEnd, onClosed: () => void) {
    this.#ends = [a.socket, b.socket];
    this.#onClosed = onClosed;
    this.#join(a.socket, b.socket);
    this.#join(b.socket, a.socket);
    forward(a, b.socket);
    forward(b, a.socket);
  }

  /**
   * Bytes that came in or went out so far; two equal readings mean that nothing moved in between.
   * A chunk (64 KiB at most) counts once it is with the kernel as a whole.
   */
  get movedBytes(): number {
    let moved = 0;
    for (const { bytesRead, bytesWritten, writableLength } of this.#ends)
      moved += bytesRead + bytesWritten - writableLength;
    return moved;
  }

  /** Breaks both connections off. */
  reset(): void {
    for (const socket of this.#ends) resetSocket(socket);
  }

  #join(from: Socket, to: Socket): void {
    from.on('close', () => {
      // A clean close has passed its FIN on already; `to` may still be flushing and ends by itself.
      const isComplete = from.readableEnded && from.writableFinished;
      if (!isComplete) resetSocket(to);
      this.#open -= 1;
      if (this.#open === 0) this.#onClosed();
    });
  }
}

/** Joins two sockets of which nothing was read yet. */
export function relaySockets(a: Socket, b: Socket, onClosed: () => void): Relay {
  return new Relay({ socket: a, early: NOTHING_EARLY }, { socket: b, early: NOTHING_EARLY }, onClosed);
}

function forward({ socket: from, early }: RelayEnd, to: Socket): void {
  for (const chunk of early.chunks) to.write(chunk);
  if (early.hasEnded) {
    to.end();
    return;
  }
  from.on('data', (chunk) => {
    to.write(chunk);
    if (to.writableLength > MAX_UNSENT_BYTES) from.pause();
  });
  from.on('end', () => to.end());
  to.on('drain', () => from.resume());
  from.resume();
}
