import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { isIP } from 'node:net';

export interface HttpRequest {
  readonly address: string;
  readonly port: number;
  /** Names under which it may be asked, besides addresses and localhost. */
  readonly names: readonly string[];
  /** What a path answers; null: there is no such path. */
  readonly answer: (path: string) => Answer | null;
}

export interface Answer {
  readonly status: 200 | 503;
  readonly type: string;
  readonly text: string;
}

export interface HttpServer {
  readonly port: number;
  close(): void;
}

const MAX_CONNECTIONS = 64;
const HEADERS_MS = 5000;
const REQUEST_MS = 10_000;
const HEADER_BYTES = 8192;

/**
 * Answers GET and HEAD of the paths that `answer` knows, to whoever names this server by an address, by localhost or by one of `names`: a
 * page in a browser that was led here under another name (DNS rebinding) reads nothing. Idle and slow clients are let go of. Rejects with
 * the error of listen(2).
 */
export async function startHttpServer({ address, port, names, answer }: HttpRequest): Promise<HttpServer> {
  const server = createServer(
    { maxHeaderSize: HEADER_BYTES, connectionsCheckingInterval: 1000 },
    (request, response) => {
      request.resume();
      const [status, type, text] = toResponse(request, names, answer);
      send(response, status, type, request.method === 'HEAD' ? '' : text);
    },
  );
  server.maxConnections = MAX_CONNECTIONS;
  server.headersTimeout = HEADERS_MS;
  server.requestTimeout = REQUEST_MS;
  server.keepAliveTimeout = HEADERS_MS;
  // A reader that takes nothing is let go of as well.
  server.setTimeout(REQUEST_MS);
  server.listen(port, address);
  await once(server, 'listening');
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error(`not a TCP address: ${bound}`);
  return {
    port: bound.port,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

const PLAIN = 'text/plain; charset=utf-8';

function toResponse(
  { method, url, headers }: IncomingMessage,
  names: readonly string[],
  answer: HttpRequest['answer'],
): [number, string, string] {
  if (!isOwnHost(headers.host ?? '', names))
    return [421, PLAIN, 'Asked under a name that is not ours: use an address, or start with --host NAME.\n'];
  if (method !== 'GET' && method !== 'HEAD') return [405, PLAIN, 'Only GET and HEAD.\n'];
  const found = answer((url ?? '').replace(/\?.*$/s, ''));
  return found === null ? [404, PLAIN, 'Not found.\n'] : [found.status, found.type, found.text];
}

function send(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, {
    'content-type': type,
    'content-security-policy': "default-src 'none'",
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  });
  response.end(text);
}

/** `127.0.0.1:8080`, `[::1]`, `localhost:8080`, and the names that were given. */
function isOwnHost(host: string, names: readonly string[]): boolean {
  const [, bracketed, name] = /^(?:\[([^\]]+)\]|([^:]+))(?::\d+)?$/.exec(host) ?? [];
  const bare = (bracketed ?? name ?? '').toLowerCase();
  return isIP(bare) !== 0 || bare === 'localhost' || names.some((one) => one.toLowerCase() === bare);
}
