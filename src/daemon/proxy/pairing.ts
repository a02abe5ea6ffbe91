import type { Socket } from 'node:net';
import type { RelayEnd } from '../socket/relay.ts';

/**
 * How ClientSockets find their ServerSockets: the one place in which the leaky proxy and the fixed one differ in kind.
 * Read pairing-leaky.ts and pairing-fixed.ts side by side.
 */
export interface Pairing {
  /** ClientSockets without a ServerSocket. */
  readonly waiting: number;
  addClient(client: Socket): void;
  addServer(server: Socket): void;
  /** Whether it stays open here, whatever becomes of its connection. */
  keeps(client: Socket): boolean;
  /** ConnCmd is broken: no ServerSocket will come any more. */
  giveUp(): void;
}

/** What a pairing needs of the proxy around it. */
export interface PairingContext {
  /** Asks S over ConnCmd to connect to ReversePort and to present this token. */
  readonly askFor: (token: string) => void;
  readonly onPair: (client: RelayEnd, server: RelayEnd) => void;
}
