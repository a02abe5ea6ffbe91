import type { Descriptor } from '../model/descriptor.ts';
import type { Endpoint, InetSocket, Socket } from '../model/socket.ts';
import { formatPort, isFixedPort, isInet, NO_PORTS, type Ports } from './ports.ts';

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;
/** The names of Python's tempfile: eight of these characters, and often no digit among them. */
const PYTHON_TEMPORARY = /(?<=(?:^|\/)tmp)[a-z0-9_]{8}(?![A-Za-z0-9_])/g;
/** The XXXXXX of mkstemp(3), where it stands by itself. */
const SIX = /(?<![A-Za-z0-9])[A-Za-z0-9]{6}(?![A-Za-z0-9])/g;
const WORD = /[A-Za-z0-9]{6,}/g;
const DIGITS = /\d+/g;

/**
 * Where a descriptor leads, in words that those share that come from one place: `tcp accepted on :8080`, `tcp to 10.0.0.5:5432`,
 * `tcp on 0.0.0.0:*`, `pipe`, `/tmp/upload-*.part`. Ports that the kernel gave out are `*`, except those that `ports` names.
 *
 *     /tmp/upload-a8Xk2P.part -> /tmp/upload-*.part
 *     /proc/4242/status       -> /proc/#/status
 */
export function describePlace({ kind, target, socket }: Descriptor, ports: Ports): string {
  if (isInet(socket)) return describeInet(socket, ports, ({ address }) => address);
  if (socket !== null) return describeSocket(socket, normalisePath);
  return target.startsWith('/') ? normalisePath(target) : kind;
}

/**
 * The place around {@link describePlace}: the folder of a file or a unix socket, a service at any address. A name that resolves
 * to several addresses, and files whose names have nothing in common, are one place here.
 */
export function describeWiderPlace(descriptor: Descriptor, ports: Ports): string {
  const { target, socket } = descriptor;
  if (isInet(socket)) return describeInet(socket, ports, () => '*');
  if (socket !== null) return describeSocket(socket, toFolder);
  return target.startsWith('/') ? toFolder(target) : describePlace(descriptor, ports);
}

function describeInet(
  { protocol, state, local, remote, acceptedOn }: InetSocket,
  { accepting, lasting }: Ports,
  sayPeer: (remote: Endpoint) => string,
): string {
  const name = protocol ?? 'socket';
  const accepted = (port: number): string => `${name} accepted on :${formatPort(port, lasting)}`;
  const on = ({ address, port }: Endpoint): string => `${name} on ${formatEnd(address, formatPort(port, lasting))}`;
  if (acceptedOn !== null) return accepted(acceptedOn.port);
  // A listener alone has its port: of those on ports of the kernel, any number are one group.
  if (state === 'LISTEN' && local !== null)
    return `${name} on ${formatEnd(local.address, formatPort(local.port, NO_PORTS.lasting))}`;
  if (remote !== null && local !== null && local.port !== 0) {
    if (accepting.has(local.port)) return accepted(local.port);
    // Its listener is another process: the port of a client tells less than ours.
    if (isFixedPort(local.port) && !isFixedPort(remote.port)) return on(local);
  }
  if (remote !== null) return `${name} to ${formatEnd(sayPeer(remote), formatPort(remote.port, lasting))}`;
  return local === null || local.port === 0 ? name : on(local);
}

function describeSocket(socket: Exclude<Socket, InetSocket>, sayPath: (path: string) => string): string {
  switch (socket.family) {
    case 'unix':
      return socket.path === null ? 'unix' : `unix ${sayPath(socket.path)}`;
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
    .replace(PYTHON_TEMPORARY, '*')
    .replace(SIX, (word) => (isMixed(word) ? '*' : word))
    .replace(WORD, (word) => (isMadeUp(word) ? '*' : word))
    .replace(DIGITS, '#');
}

/** `/tmp/app-7/x.part` -> `/tmp/app-#/*`; an abstract name that is no path, `@dbus-x`, -> `@*`. */
function toFolder(path: string): string {
  const end = path.lastIndexOf('/') + 1;
  const start = end === 0 && path.startsWith('@') ? 1 : end;
  return `${normalisePath(path.slice(0, start))}*`;
}

/** A hash, a random id: letters and digits, or capitals strewn over a word. */
function isMadeUp(word: string): boolean {
  return (/\d/.test(word) && /[A-Za-z]/.test(word)) || /[a-z][A-Z].*[a-z][A-Z]/.test(word);
}

/** Capitals elsewhere than at the start of a word, or of all of it. */
function isMixed(word: string): boolean {
  return /[a-z]/.test(word) && /.[A-Z]/.test(word);
}

function formatEnd(address: string, port: string): string {
  return `${address.includes(':') ? `[${address}]` : address}:${port}`;
}
