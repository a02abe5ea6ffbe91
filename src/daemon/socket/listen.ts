import { once } from 'node:events';
import { createServer, type Server, type ServerOpts, type Socket } from 'node:net';

/** Connections the kernel keeps ready for accept(); it caps this at net.core.somaxconn. */
const BACKLOG = 1024;

export interface Listener {
  readonly port: number;
  /** Stops accepting at once; connections already accepted live on. */
  close(): void;
}

/** Listens on `host:port` (0 = any free port); rejects when the port cannot be had. */
export async function listen(
  { host, port }: { readonly host: string; readonly port: number },
  options: ServerOpts,
  onConnection: (socket: Socket) => void,
): Promise<Listener> {
  const server = createServer({ allowHalfOpen: true, noDelay: true, ...options }, (socket) => {
    // 'close' follows every error and is where we act; without a listener an error would end the process.
    socket.on('error', () => {});
    onConnection(socket);
  });
  server.listen({ host, port, backlog: BACKLOG });
  await once(server, 'listening');
  return { port: portOf(server), close: () => void server.close() };
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error(`not a TCP address: ${address}`);
  return address.port;
}
