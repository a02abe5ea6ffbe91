import { once } from 'node:events';
import { createServer } from 'node:http';

/** Connections to the status port at a time: they come out of the reserve of descriptors. */
const MAX_CONNECTIONS = 4;

/** What the status port answers to any GET, as JSON. */
export interface ProxyStatus {
  readonly mode: 'leaky' | 'fixed';
  readonly pid: number;
  readonly services: readonly {
    readonly name: string;
    readonly srvPort: number;
    readonly reversePort: number;
    readonly waiting: number;
  }[];
  /** ClientSockets without a ServerSocket, those of services that are gone included: in the leaky proxy, the leak. */
  readonly waiting: number;
  readonly paired: number;
  /** ClientSockets taken in, and those of them that are closed again. accept() calls that failed are not known to Node. */
  readonly accepted: number;
  readonly closed: number;
  readonly refused: number;
  /** `null` where it cannot be read. */
  readonly openDescriptors: number | null;
  /** `null` = unlimited, or not readable. */
  readonly softLimit: number | null;
}

/** Timeouts of a client are looked at so often, and a client that takes no answer for so long is let go. */
const CHECK_EVERY_MS = 1000;
const SLOWEST_MS = 10_000;

/** A page that lets its own name resolve to this machine (DNS rebinding) is not to read the status. */
function isOwnHost(host: string | undefined): boolean {
  return host === undefined || /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i.test(host);
}

export interface StatusServer {
  readonly port: number;
  close(): void;
}

/** Serves the status as JSON; needs no descriptor beyond the connection that asks. */
export async function startStatusServer(
  { host, port }: { readonly host: string; readonly port: number },
  readStatus: () => ProxyStatus,
): Promise<StatusServer> {
  const server = createServer({ connectionsCheckingInterval: CHECK_EVERY_MS }, (request, response) => {
    request.resume();
    if (!isOwnHost(request.headers.host)) {
      response.writeHead(421).end();
      return;
    }
    response.setHeader('content-type', 'application/json');
    response.end(`${JSON.stringify(readStatus())}\n`);
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.headersTimeout = 5000;
  server.requestTimeout = 5000;
  server.setTimeout(SLOWEST_MS, (socket) => socket.destroy());
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error(`not a TCP address: ${address}`);
  return {
    port: address.port,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
