import type { Socket } from 'node:net';
import { NOTHING_EARLY } from '../socket/held-socket.ts';
import { keepOpen } from '../socket/keep-open.ts';
import type { Pairing, PairingContext } from './pairing.ts';

/**
 * Pairs in order of arrival and waits without end, as the original did at builtinservices.go:199.
 *
 * Four mistakes, kept on purpose:
 * 1. Nobody reads a ClientSocket that waits (SrvPort accepts with `pauseOnConnect`), so its FIN and its RST go unseen.
 * 2. The wait has no deadline.
 * 3. `giveUp` tells nobody: after ConnCmd broke the waiters wait for a ServerSocket that cannot come.
 * 4. Whoever connects to ReversePort is taken for S.
 */
export class LeakyPairing implements Pairing {
  readonly #context: PairingContext;
  readonly #clients: { readonly socket: Socket; readonly letGo: () => void }[] = [];
  readonly #servers: Socket[] = [];

  constructor(context: PairingContext) {
    this.#context = context;
  }

  get waiting(): number {
    return this.#clients.length;
  }

  addClient(client: Socket): void {
    this.#clients.push({ socket: client, letGo: keepOpen(client) });
    this.#context.askFor('');
    this.#pair();
  }

  addServer(server: Socket): void {
    this.#servers.push(server);
    this.#pair();
  }

  keeps(client: Socket): boolean {
    return this.#clients.some(({ socket }) => socket === client);
  }

  giveUp(): void {
    // This is the leak: every ClientSocket in #clients stays open, and nothing will ever look at it again.
  }

  #pair(): void {
    if (this.#clients.length === 0 || this.#servers.length === 0) return;
    const [client] = this.#clients.splice(0, 1);
    const [server] = this.#servers.splice(0, 1);
    if (client === undefined || server === undefined) return;
    client.letGo();
    this.#context.onPair({ socket: client.socket, early: NOTHING_EARLY }, { socket: server, early: NOTHING_EARLY });
  }
}
