import type { Descriptor } from '../model/descriptor.ts';
import type { Endpoint, InetSocket, Socket } from '../model/socket.ts';

/** The first port that the kernel gives out by itself. @see ip(7), ip_local_port_range */
const FIRST_EPHEMERAL_PORT = 32_768;

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;
const WORD = /[A-Za-z0-9]{6,}/g;
const DIGITS = /\d+/g;

/** The ports that a process listens on: what tells a connection it accepted from one it made. */
export function listeningPorts(descriptors: readonly Descriptor[]): ReadonlySet<number> {
  const ports = new Set<number>();
  for (const { socket, verdict } of descriptors) {
    if (verdict.is === 'listening' && isInet(socket) && socket.local !== null) ports.add(socket.local.port);
  }
  return ports;
}

/**
 * Where a descriptor leads, in words that many share: `tcp accepted on :8080`, `tcp to 10.0.0.5:5432`, `pipe`,
 * `/tmp/upload-*.part`. Ports are as they are.
 */
export function describePlace({ kind, target, socket }: Descriptor, listening: ReadonlySet<number>): string {
  if (socket !== null) return isInet(socket) ? describeInet(socket, listening, String) : normaliseSocket(socket);
  return target.startsWith('/') ? normalisePath(target) : kind;
}

/**
 * As {@link describePlace}, the same in another process and after a restart: ports that the kernel gave out are `*`.
 *
 *     /tmp/upload-a8Xk2P.part -> /tmp/upload-*.part
 *     /proc/4242/status       -> /proc/#/status
 */
export function normaliseTarget(descriptor: Descriptor, listening: ReadonlySet<number>): string {
  const { socket } = descriptor;
  return isInet(socket) ? describeInet(socket, listening, normalisePort) : describePlace(descriptor, listening);
}

function isInet(socket: Socket | null): socket is InetSocket {
  return socket?.family === 'inet' || socket?.family === 'inet6';
}

function describeInet(
  { protocol, state, local, remote, acceptedOn }: InetSocket,
  listening: ReadonlySet<number>,
  port: (port: number) => string,
): string {
  const name = protocol ?? 'socket';
  const on = (end: Endpoint): string => `${name} on ${formatEnd(end.address, port(end.port))}`;
  if (acceptedOn !== null) return `${name} accepted on :${port(acceptedOn.port)}`;
  if (state === 'LISTEN' && local !== null) return on(local);
  if (remote !== null && local !== null && listening.has(local.port)) return `${name} accepted on :${port(local.port)}`;
  if (remote !== null) return `${name} to ${formatEnd(remote.address, port(remote.port))}`;
  return local === null || local.port === 0 ? name : on({ ...local, port: local.port });
}

function normaliseSocket(socket: Exclude<Socket, InetSocket>): string {
  switch (socket.family) {
    case 'unix':
      return socket.path === null ? 'unix' : `unix ${normalisePath(socket.path)}`;
    case 'netlink':
      return `netlink ${socket.protocolName ?? ''}`.trim();
    case 'packet':
    case 'vsock':
    case 'other':
      return socket.protocol ?? socket.family;
  }
}

function normalisePath(path: string): string {
  return path
    .replace(UUID, '*')
    .replace(WORD, (word) => (isMadeUp(word) ? '*' : word))
    .replace(DIGITS, '#');
}

/** The XXXXXX of mkstemp(3), a hash, a random id: letters and digits, or capitals strewn over a word. */
function isMadeUp(word: string): boolean {
  return (/\d/.test(word) && /[A-Za-z]/.test(word)) || /[a-z][A-Z].*[a-z][A-Z]/.test(word);
}

function normalisePort(port: number): string {
  return port >= FIRST_EPHEMERAL_PORT ? '*' : `${port}`;
}

function formatEnd(address: string, port: string): string {
  return `${address.includes(':') ? `[${address}]` : address}:${port}`;
}
