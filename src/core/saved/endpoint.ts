import type { Endpoint } from '../model/socket.ts';

/**
 * Reads an address with its port as lsof, ss and netstat print it; the last colon parts them.
 *
 *     '127.0.0.1:80', '[::1]:80', ':::80', '*:80', '2a02::9:443', '127.0.0.53%lo:53', 'db.example.net:5432', 'x.x.x.x:80'
 *
 * `*` as address is `::` with `family` inet6, else `0.0.0.0`; `*` as port is 0. null where the port is a name (`:http`).
 */
export function parseListedEndpoint(text: string, family: string | null): Endpoint | null {
  const colon = text.lastIndexOf(':');
  if (colon === -1) return null;
  const port = text.slice(colon + 1);
  if (!/^(?:\*|\d{1,5})$/.test(port)) return null;
  const address = text.slice(0, colon).replace(/^\[(.*)\](%\S+)?$/, '$1');
  return { address: isAny(address) ? toAny(family) : address, port: port === '*' ? 0 : Number(port) };
}

/** Markdown eats stars: nothing before the colon was one. */
function isAny(address: string): boolean {
  return address === '*' || address === '';
}

function toAny(family: string | null): string {
  return family === 'inet6' ? '::' : '0.0.0.0';
}

/** Whether an endpoint is the other end of nothing: `*:*`, `0.0.0.0:*`. */
export function toPeer(endpoint: Endpoint | null): Endpoint | null {
  return endpoint === null || endpoint.port === 0 ? null : endpoint;
}
