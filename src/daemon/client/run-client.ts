import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type Socket } from 'node:net';
import { resetSocket } from '../socket/reset.ts';

export interface ClientOptions {
  readonly host: string;
  readonly port: number;
  /** Connections to open, all at once. */
  readonly count: number;
  /** Text each connection sends; empty = none. */
  readonly send: string;
  /** How long to stay before leaving. */
  readonly holdMs: number;
  /** How to leave: `reset` orphans an unread socket at once, `fin` turns it to CLOSE_WAIT first. */
  readonly exit: 'reset' | 'fin';
}

/**
 * What the clients saw. `closedSilently` counts connections that were made and then ended without a byte or an error: how a Node
 * server at its limit turns clients away, without knowing of it itself.
 */
export interface ClientReport {
  readonly connected: number;
  readonly failed: number;
  readonly answered: number;
  readonly closedSilently: number;
  readonly reset: number;
}

interface Seen {
  connected: boolean;
  bytes: number;
  ended: boolean;
  error: boolean;
}

/** C: connects `count` times, stays for a while, leaves, and says what it saw until it left. */
export async function runClient(options: ClientOptions, onConnected: () => void = () => {}): Promise<ClientReport> {
  const clients = Array.from({ length: options.count }, () => open(options));
  await Promise.all(clients.map(async ({ settled }) => settled));
  onConnected();
  await sleep(options.holdMs);
  const report = toReport(clients.map(({ seen }) => ({ ...seen })));
  for (const { socket } of clients) {
    if (options.exit === 'reset') resetSocket(socket);
    else socket.destroy();
  }
  return report;
}

/** Opens one connection and notes what happens to it; `settled` resolves once it is connected or has failed. */
function open({ host, port, send }: ClientOptions): { socket: Socket; seen: Seen; settled: Promise<void> } {
  const seen: Seen = { connected: false, bytes: 0, ended: false, error: false };
  const socket = connect({ host, port, noDelay: true, allowHalfOpen: true });
  const settled = new Promise<void>((resolve) => {
    socket.once('connect', () => {
      seen.connected = true;
      if (send !== '') socket.write(send);
      resolve();
    });
    socket.once('close', () => resolve());
  });
  socket.on('data', (bytes) => {
    seen.bytes += bytes.length;
  });
  socket.on('end', () => {
    seen.ended = true;
  });
  socket.on('error', () => {
    seen.error = true;
  });
  return { socket, seen, settled };
}

function toReport(all: readonly Seen[]): ClientReport {
  const count = (isSo: (seen: Seen) => boolean): number => all.filter(isSo).length;
  return {
    connected: count(({ connected }) => connected),
    failed: count(({ connected, error }) => !connected && error),
    answered: count(({ bytes }) => bytes > 0),
    closedSilently: count(({ connected, bytes, ended, error }) => connected && bytes === 0 && ended && !error),
    reset: count(({ connected, error }) => connected && error),
  };
}
