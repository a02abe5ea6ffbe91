import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { parseEndpoint } from '../endpoint.ts';
import { listen } from '../socket/listen.ts';
import { StartError } from '../start-error.ts';

/** The real service that S stands in front of. */
export interface Backend {
  readonly host: string;
  readonly port: number;
  close(): void;
}

const LOOPBACK = '127.0.0.1';

/** Answers every byte with itself and a FIN with a FIN. */
export async function startEcho(): Promise<Backend> {
  const listener = await listen({ host: LOOPBACK, port: 0 }, {}, (socket) => {
    socket.pipe(socket);
  });
  return { host: LOOPBACK, ...listener };
}

/** Answers every request with the same few words: `GET /any -> 200 "hello from behind the proxy\n"`. */
async function startHttp(): Promise<Backend> {
  const server = createHttpServer((request, response) => {
    request.resume();
    response.setHeader('content-type', 'text/plain');
    response.end('hello from behind the proxy\n');
  });
  server.listen(0, LOOPBACK);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error(`not a TCP address: ${address}`);
  return {
    host: LOOPBACK,
    port: address.port,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Starts what `text` names: `echo`, `http`, or nothing for `host:port`, which is running elsewhere. */
export async function startBackend(text: string): Promise<Backend> {
  if (text === 'echo') return startEcho();
  if (text === 'http') return startHttp();
  const endpoint = parseEndpoint(text);
  if (endpoint === undefined)
    throw new StartError(`no backend: ${JSON.stringify(text)}; write echo, http or host:port`);
  return { ...endpoint, close() {} };
}
