import type { Descriptor } from '../model/descriptor.ts';
import type { Endpoint, InetSocket, Socket } from '../model/socket.ts';

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
  const accepting = new Map(listeningPorts(descriptors));
  for (const port of sharedPorts(descriptors)) if (!accepting.has(port)) accepting.set(port, null);
  return { accepting, lasting: new Set([...accepting.keys(), ...servicePorts(descriptors)]), listening: new Set() };
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
function listeningPorts(descriptors: readonly Draft[]): ReadonlyMap<number, string | null> {
  const ports = new Map<number, string | null>();
  for (const { socket, verdict } of descriptors) {
    if (!isInet(socket)) continue;
    if (verdict.is === 'listening' && socket.local !== null) addListener(ports, socket.local);
    const { acceptedOn } = socket;
    if (acceptedOn !== null && acceptedOn.listeners.length > 0) addListener(ports, acceptedOn);
    else if (acceptedOn !== null && !ports.has(acceptedOn.port)) ports.set(acceptedOn.port, null);
  }
  return ports;
}

/** Listeners at several addresses of one port are named by the port alone. */
function addListener(ports: Map<number, string | null>, { address, port }: Endpoint): void {
  const known = ports.get(port);
  ports.set(port, known === undefined || known === address ? address : null);
}

/** Local ports of several sockets, each counted once however many numbers it has. */
function sharedPorts(descriptors: readonly Draft[]): number[] {
  const tally = new PortTally();
  for (const descriptor of descriptors) {
    const { socket } = descriptor;
    if (!isInet(socket) || socket.local === null || socket.state === 'LISTEN') continue;
    const { local, remote } = socket;
    const isMade = !isFixedPort(local.port) && remote !== null && isFixedPort(remote.port);
    if (local.port !== 0 && !isMade) tally.add(local.port, descriptor);
  }
  return tally.portsOf((port) => (isFixedPort(port) ? 2 : NO_CHANCE));
}

/** Ports that several connections lead to: those of a service, where the kernel may have given out its number. */
function servicePorts(descriptors: readonly Draft[]): number[] {
  const tally = new PortTally();
  for (const descriptor of descriptors) {
    const { socket } = descriptor;
    if (isInet(socket) && socket.remote !== null) tally.add(socket.remote.port, descriptor);
  }
  return tally.portsOf(() => NO_CHANCE);
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
