import type { InetSocket } from '../model/socket.ts';
import { formatEndpoint } from '../words/endpoint.ts';
import type { HeldSocket } from './held-sockets.ts';
import { toStatement } from './statement.ts';

/** Clients in the queue of a listener. */
export function waitingOn({ socket }: HeldSocket): number {
  return socket.acceptQueue?.waiting ?? 0;
}

export function sayLocal(socket: InetSocket | undefined): string {
  return socket === undefined || socket.local === null ? '?' : formatEndpoint(socket.local);
}

export const queued = toStatement(
  'queued',
  ({ fd, count }: { fd: number; count: number }) => `fd ${fd}: ${count} in its accept queue`,
);
