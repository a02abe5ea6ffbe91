import { once } from 'node:events';
import { createServer } from 'node:net';

const FIRST = 10_000;
const PORTS = 20_000;

/**
 * A port that nothing listens on. Not one of those that the kernel gives out by itself: another test would have it before its server
 * begins.
 *
 * @see ip(7), ip_local_port_range
 */
export async function findFreePort(): Promise<number> {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * PORTS);
    const server = createServer().listen(port, '127.0.0.1');
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    server.close();
    if (isFree) return port;
  }
}
