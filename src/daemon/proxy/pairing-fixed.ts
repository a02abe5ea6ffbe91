import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { HeldSocket } from '../socket/held-socket.ts';
import { readToken, TOKEN_LENGTH } from '../socket/read-token.ts';
import { resetSocket } from '../socket/reset.ts';
import type { UnprovenSockets } from '../socket/unproven-sockets.ts';
import type { Pairing, PairingContext } from './pairing.ts';

interface Waiter {
  readonly held: HeldSocket;
  readonly deadline: NodeJS.Timeout;
}

export interface FixedPairingOptions {
  readonly pairTimeoutMs: number;
  /** Shared by all services: connections to ReversePort whose token has not come yet. */
  readonly unproven: UnprovenSockets;
  readonly onTimeout: () => void;
}

/**
 * Pairs by token. Every waiter leaves by exactly one of four doors, and each closes or hands on its ClientSocket:
 * paired, gone (the client left), late (the deadline), given up (ConnCmd broke).
 */
export class FixedPairing implements Pairing {
  readonly #context: PairingContext;
  readonly #options: FixedPairingOptions;
  readonly #waiters = new Map<string, Waiter>();

  constructor(context: PairingContext, options: FixedPairingOptions) {
    this.#context = context;
    this.#options = options;
  }

  get waiting(): number {
    return this.#waiters.size;
  }

  addClient(client: Socket): void {
    const { pairTimeoutMs, onTimeout } = this.#options;
    const token = randomBytes(TOKEN_LENGTH / 2).toString('hex');
    const held = new HeldSocket(client, () => this.#dismiss(token));
    const deadline = setTimeout(() => {
      this.#dismiss(token);
      onTimeout();
    }, pairTimeoutMs);
    this.#waiters.set(token, { held, deadline });
    this.#context.askFor(token);
  }

  /**
   * Takes a connection on ReversePort in only with the token of a client that waits. Anything else is a stray, or S
   * coming for a client that has left: it is closed and takes nobody's place.
   */
  addServer(server: Socket): void {
    const { unproven } = this.#options;
    unproven.add(server);
    readToken(server, (token, rest) => {
      unproven.delete(server);
      const waiter = this.#take(token);
      if (waiter === undefined) return resetSocket(server);
      this.#context.onPair(
        { socket: waiter.held.socket, early: waiter.held.release() },
        { socket: server, early: { chunks: rest.length === 0 ? [] : [rest], hasEnded: false } },
      );
    });
  }

  keeps(): boolean {
    return false;
  }

  giveUp(): void {
    for (const token of this.#waiters.keys()) this.#dismiss(token);
  }

  #dismiss(token: string): void {
    const waiter = this.#take(token);
    if (waiter === undefined) return;
    waiter.held.release();
    resetSocket(waiter.held.socket);
  }

  #take(token: string): Waiter | undefined {
    const waiter = this.#waiters.get(token);
    this.#waiters.delete(token);
    clearTimeout(waiter?.deadline);
    return waiter;
  }
}
