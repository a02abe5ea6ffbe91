import type { Descriptor } from '../model/descriptor.ts';
import type { DescriptorObject } from '../model/object.ts';
import type { Endpoint, InetSocket, Socket } from '../model/socket.ts';
import { normalisePath, toFolder, toNameless, withoutRemark } from './paths.ts';
import { formatPort, isFixedPort, isInet, type Ports } from './ports.ts';

/** A descriptor before its place is known. */
export type Draft = Omit<Descriptor, 'place'>;

/**
 * Where a descriptor came from or leads to, in words that those share that come from one place: `tcp accepted on :8080`,
 * `tcp to 10.0.0.5:5432`, `tcp on 0.0.0.0:*`, `pipe`, `/tmp/upload-*.part`. Ports that the kernel gave out are `*`, except those
 * that `ports` names: so no ephemeral port splits a place.
 */
export function describePlace(descriptor: Descriptor, ports: Ports): string {
  const { kind, socket } = descriptor;
  const where = toWhere(descriptor, ports);
  if (isInet(socket)) return joinWords(socket.protocol ?? 'socket', where);
  if (socket?.family === 'unix' || socket?.family === 'netlink') return joinWords(socket.family, where);
  return where ?? (socket === null ? kind : (socket.protocol ?? socket.family));
}

/** The part of {@link describePlace} behind the protocol: `accepted on :8080`; null where nothing but the kind is known. */
export function toWhere(descriptor: Draft, ports: Ports): string | null {
  const { target, socket, object } = descriptor;
  if (isInet(socket)) return whereOfInet(socket, ports, ({ address }) => address);
  if (socket !== null) return whereOfSocket(socket, normalisePath);
  return target.startsWith('/') ? normalisePath(toName(descriptor)) : whereOfObject(object);
}

/** The path by which a file was opened: the kernel's remark that it is deleted is none of the name. */
function toName(descriptor: Draft): string {
  const { target, deleted, kind } = descriptor;
  const nameless = toNameless(descriptor);
  if (nameless !== null) return nameless;
  const isMemory = kind === 'memfd';
  // The kernel drops names below /proc and makes them anew: an open file there is of one that was dropped.
  const name = deleted || isMemory || kind === 'anon' || target.startsWith('/proc/') ? withoutRemark(target) : target;
  return isMemory ? name.slice(MEMORY.length) : name;
}

const MEMORY = '/memfd:';
/**
 * The place around {@link describePlace}: the folder of a file or a unix socket, a service at any address. A name that resolves
 * to several addresses, and files whose names have nothing in common, are one place here.
 */
export function describeWiderPlace(descriptor: Descriptor, ports: Ports): string {
  const { target, socket } = descriptor;
  if (isInet(socket))
    return joinWords(
      socket.protocol ?? 'socket',
      whereOfInet(socket, ports, () => '*'),
    );
  if (socket?.family === 'unix') return joinWords('unix', whereOfSocket(socket, toFolder));
  if (socket !== null) return describePlace(descriptor, ports);
  return target.startsWith('/') ? toFolder(target) : describePlace(descriptor, ports);
}

function joinWords(what: string, where: string | null): string {
  return where === null ? what : `${what} ${where}`;
}

function whereOfInet(
  { type, state, local, remote, acceptedOn }: InetSocket,
  { accepting, lasting, listening }: Ports,
  sayPeer: (remote: Endpoint) => string,
): string | null {
  // Nobody accepts datagrams: a server of QUIC binds one socket for each client to its port.
  const verb = type === 'dgram' ? 'on' : 'accepted on';
  const accepted = (port: number, address: string | null): string =>
    `${verb} ${formatListener(address, formatPort(port, lasting))}`;
  const on = ({ address, port }: Endpoint): string => `on ${formatEnd(address, formatPort(port, lasting))}`;
  if (acceptedOn !== null) {
    return accepted(acceptedOn.port, acceptedOn.listeners.length === 0 ? null : acceptedOn.address);
  }
  // A listener alone has its port: of those on ports of the kernel, any number are one group.
  if (state === 'LISTEN' && local !== null) return `on ${formatEnd(local.address, formatPort(local.port, listening))}`;
  if (remote !== null && local !== null && local.port !== 0) {
    const listener = accepting.get(local.port);
    if (listener !== undefined) return accepted(local.port, listener);
    // Its listener is another process: the port of a client tells less than ours.
    if (isFixedPort(local.port) && !isFixedPort(remote.port)) return on(local);
  }
  if (remote !== null) return `to ${formatEnd(sayPeer(remote), formatPort(remote.port, lasting))}`;
  return local === null || local.port === 0 ? null : on(local);
}

function whereOfSocket(socket: Exclude<Socket, InetSocket>, sayPath: (path: string) => string): string | null {
  switch (socket.family) {
    case 'unix':
      if (socket.path !== null) return AUTOBOUND.test(socket.path) ? null : sayPath(socket.path);
      return socket.peerPath === null || AUTOBOUND.test(socket.peerPath) ? null : `to ${sayPath(socket.peerPath)}`;
    case 'netlink':
      return socket.protocolName;
    case 'packet':
    case 'vsock':
    case 'other':
      return null;
  }
}

/** A name that the kernel made up. @see unix(7), autobind */
const AUTOBOUND = /^@[0-9a-f]{5}$/;

function whereOfObject(object: DescriptorObject | null): string | null {
  return object?.kind === 'bpf' ? `${object.type} ${object.id}` : null;
}

/** `:8080` for a listener at every address, or at one that is not known. */
function formatListener(address: string | null, port: string): string {
  return address === null || ANY.has(address) ? `:${port}` : formatEnd(address, port);
}

const ANY: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

function formatEnd(address: string, port: string): string {
  const plain = toPlainAddress(address);
  return `${plain.includes(':') ? `[${plain}]` : plain}:${port}`;
}

/** `::ffff:192.0.2.7`, as a socket of both families shows an IPv4 peer, is `192.0.2.7`. */
function toPlainAddress(address: string): string {
  return address.startsWith(MAPPED) && address.includes('.') ? address.slice(MAPPED.length) : address;
}

const MAPPED = '::ffff:';
