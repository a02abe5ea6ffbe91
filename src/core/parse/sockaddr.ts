import type { Endpoint } from '../model/socket.ts';
import { type ByteOrder, formatIpBytes } from './ip.ts';
import { AF_INET, AF_INET6, AF_UNIX } from '../model/socket-call.ts';

export type Sockaddr =
  | { readonly family: 'inet' | 'inet6'; readonly endpoint: Endpoint }
  | { readonly family: 'unix' | 'other'; readonly endpoint: null };

/**
 * Reads what getsockname(2) filled in: the family in the byte order of the host, port and address in network
 * order. Bytes too short for their family are `other`. The scope of a link-local address is left out.
 *
 * @see ip(7), ipv6(7)
 */
export function parseSockaddr(bytes: Uint8Array, byteOrder: ByteOrder): Sockaddr {
  if (bytes.byteLength < 2) return { family: 'other', endpoint: null };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const family = view.getUint16(0, byteOrder === 'LE');
  if (family === AF_INET && bytes.byteLength >= 8) return { family: 'inet', endpoint: toEndpoint(view, 4, 8) };
  if (family === AF_INET6 && bytes.byteLength >= 24) return { family: 'inet6', endpoint: toEndpoint(view, 8, 24) };
  return { family: family === AF_UNIX ? 'unix' : 'other', endpoint: null };
}

function toEndpoint(view: DataView, from: number, to: number): Endpoint {
  const address = new Uint8Array(view.buffer, view.byteOffset + from, to - from);
  return { address: formatIpBytes(address), port: view.getUint16(2) };
}
