import { once } from 'node:events';
import { statSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';

/** Two ends of one TCP connection over loopback. */
export async function connectPair(): Promise<{ near: Socket; far: Socket }> {
  const server = createServer({ allowHalfOpen: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const accepted = once(server, 'connection');
  const far = connect({ port: address.port, host: '127.0.0.1', allowHalfOpen: true });
  const [near]: Socket[] = await accepted;
  await once(far, 'connect');
  server.close();
  if (near === undefined) throw new Error('no connection');
  for (const socket of [near, far]) socket.on('error', () => {});
  return { near, far };
}

export function countDescriptors(): number {
  return statSync('/proc/self/fd').size;
}
