import type { Socket } from 'node:net';

/** Bytes kept of a client that is not paired yet. When they are full nothing more is read: TCP holds the client back. */
const MAX_EARLY_BYTES = 64 * 1024;

/** What a socket said before anybody was there to hear it. */
export interface Early {
  readonly chunks: readonly Buffer[];
  readonly hasEnded: boolean;
}

export const NOTHING_EARLY: Early = { chunks: [], hasEnded: false };

/**
 * A ClientSocket that waits for its ServerSocket and is read meanwhile.
 *
 * Reading is the point. A paused socket is in no epoll set: its FIN and its RST are never seen, and it waits as a dead
 * descriptor for ever. That is the leak. Read, it tells us when the client leaves.
 *
 * A FIN alone does not say whether the client left or only finished its request (`printf hi | nc`). Without a single
 * byte before it there is no request, so the client left. With bytes before it the connection is kept as half-closed, and the
 * pairing deadline bounds the mistake. HAProxy has the same question and leaves it to `option abortonclose`.
 */
export class HeldSocket {
  readonly socket: Socket;
  readonly #onGone: () => void;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  #hasEnded = false;

  constructor(socket: Socket, onGone: () => void) {
    this.socket = socket;
    this.#onGone = onGone;
    socket.on('data', this.#keep).on('end', this.#end).on('close', this.#onGone);
  }

  /** Stops listening and hands over what came so far; the caller listens from the same tick on, so that nothing is lost. */
  release(): Early {
    this.socket.off('data', this.#keep).off('end', this.#end).off('close', this.#onGone);
    return { chunks: this.#chunks, hasEnded: this.#hasEnded };
  }

  readonly #keep = (chunk: Buffer): void => {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes >= MAX_EARLY_BYTES) this.socket.pause();
  };

  readonly #end = (): void => {
    this.#hasEnded = true;
    if (this.#bytes === 0) this.#onGone();
  };
}
