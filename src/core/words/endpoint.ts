import type { Endpoint } from '../model/socket.ts';

/** `127.0.0.1:8080`, `[::1]:8080`; `:8080` for every address, `*` for no port. */
export function formatEndpoint({ address, port }: Endpoint): string {
  const isAny = address === '::' || address === '0.0.0.0';
  const host = isAny ? '' : address.includes(':') ? `[${address}]` : address;
  return `${host}:${port === 0 ? '*' : port}`;
}
