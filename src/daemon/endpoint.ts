/** Where to connect to. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

const ENDPOINT = /^(?:(?:\[(.+)\]|([^:]+)):)?(\d{1,5})$/;

/** Reads `127.0.0.1:8080`, `[::1]:8080` or `8080` (loopback); anything else is undefined. */
export function parseEndpoint(text: string): Endpoint | undefined {
  const [, v6, name, port = ''] = ENDPOINT.exec(text) ?? [];
  if (port === '' || Number(port) === 0 || Number(port) > 65_535) return undefined;
  return { host: v6 ?? name ?? '127.0.0.1', port: Number(port) };
}
