import type { Descriptor } from '../model/descriptor.ts';
import type { AcceptedOn, Endpoint, InetSocket, Socket } from '../model/socket.ts';

type Draft = Omit<Descriptor, 'place'>;

/** The first port that the kernel gives out by itself. @see ip(7), ip_local_port_range */
const FIRST_EPHEMERAL_PORT = 32_768;
/** Connections that a process makes may share a local port by chance, two of them: each has another peer, or is over. */
export const NO_CHANCE = 3;

/** What the ports of a process mean, of all others: to the kernel every number is alike. */
export interface Ports {
  /** Where connections are accepted, and the address of the listener; null where that is not among the descriptors. */
  readonly accepting: ReadonlyMap<number, string | null>;
  /** Those that the kernel gave out and that tell places apart all the same. */
  readonly lasting: ReadonlySet<number>;
  /** Ports by which listeners are told apart; of the others that the kernel gave out, any number are one place. */
  readonly listening: ReadonlySet<number>;
}

/** The ports of a process of which nothing is known. */
export const NO_PORTS: Ports = { accepting: new Map(), lasting: new Set(), listening: new Set() };

/**
 * The ports in one look at a process: those of its listeners, and those that many of its sockets share. The listener itself need
 * not be among the descriptors, it may be that of a parent.
 */
export function portsOf(descriptors: readonly Draft[]): Ports {
  const accepting = listeningPorts(descriptors);
  const shared = new PortTally();
  const services = new PortTally();
  descriptors.forEach((descriptor) => {
    const { socket } = descriptor;
    // Of connections that a listener accepted, the ports are known, and those of the clients tell nothing.
    if (!isInet(socket) || (socket.local !== null && accepting.has(socket.local.port))) return;
    if (mayBeListeners(socket)) shared.add(socket.local.port, descriptor);
    if (socket.remote !== null) services.add(socket.remote.port, descriptor);
  });
  for (const port of shared.portsOf((one) => (isFixedPort(one) ? 2 : NO_CHANCE))) accepting.set(port, null);
  const lasting = new Set([...accepting.keys(), ...services.portsOf(() => NO_CHANCE)]);
  return { accepting, lasting, listening: new Set() };
}

/** The same in another process and after a restart, when the kernel gives out other numbers. */
export function portsAcrossProcesses(descriptors: readonly Descriptor[]): Ports {
  return { ...NO_PORTS, accepting: listeningPorts(descriptors) };
}

/** `8080`, or `*` where the kernel gave it out and it tells nothing. */
export function formatPort(port: number, lasting: ReadonlySet<number>): string {
  return isFixedPort(port) || lasting.has(port) ? `${port}` : '*';
}

export function isFixedPort(port: number): boolean {
  return port < FIRST_EPHEMERAL_PORT;
}

export function isInet(socket: Socket | null): socket is InetSocket {
  return socket?.family === 'inet' || socket?.family === 'inet6';
}

/** The ports that a process listens on: what tells a connection it accepted from one it made. */
function listeningPorts(descriptors: readonly Draft[]): Map<number, string | null> {
  const ports = new Map<number, string | null>();
  const asked = new Set<AcceptedOn>();
  descriptors.forEach(({ socket, verdict }) => {
    if (!isInet(socket)) return;
    if (verdict.is === 'listening' && socket.local !== null) addListener(ports, socket.local);
    if (socket.acceptedOn !== null) asked.add(socket.acceptedOn);
  });
  for (const acceptedOn of asked) {
    if (acceptedOn.listeners.length > 0) addListener(ports, acceptedOn);
    else if (!ports.has(acceptedOn.port)) ports.set(acceptedOn.port, null);
  }
  return ports;
}

/** Listeners at several addresses of one port are named by the port alone. */
function addListener(ports: Map<number, string | null>, { address, port }: Endpoint): void {
  const known = ports.get(port);
  ports.set(port, known === undefined || known === address ? address : null);
}

/** A local port that several sockets share may be that of a listener, but for those of connections to a service. */
function mayBeListeners(socket: InetSocket): socket is InetSocket & { readonly local: Endpoint } {
  const { local, remote, state } = socket;
  if (local === null || local.port === 0 || state === 'LISTEN') return false;
  return isFixedPort(local.port) || remote === null || !isFixedPort(remote.port);
}

/** Counts the sockets of each port, none twice. Of thousands of clients each has a port of its own: of those no more is kept than the first. */
class PortTally {
  readonly #firsts = new Map<number, string>();
  readonly #several = new Map<number, Set<string>>();

  /** A descriptor whose inode is not known is a socket of its own. */
  add(port: number, { inode, fd }: Pick<Draft, 'inode' | 'fd'>): void {
    const socket = inode ?? `fd ${fd}`;
    const first = this.#firsts.get(port);
    if (first === undefined) this.#firsts.set(port, socket);
    else if (first !== socket) this.#addTo(this.#several.get(port) ?? new Set([first]), port, socket);
  }

  /** Ports of at least so many sockets, two to {@link NO_CHANCE}. */
  portsOf(leastOf: (port: number) => number): number[] {
    return [...this.#several].filter(([port, { size }]) => size >= leastOf(port)).map(([port]) => port);
  }

  /** More than tell a service from chance are not counted. */
  #addTo(known: Set<string>, port: number, socket: string): void {
    if (known.size < NO_CHANCE) known.add(socket);
    this.#several.set(port, known);
  }
}
