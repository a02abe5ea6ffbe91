import { formatCount, formatEndpoint, formatFds } from './format.ts';
import type { HeldSocket } from './held-sockets.ts';

/** Sockets that came in by one local port, or went out to one remote endpoint. */
export interface Place {
  readonly sockets: readonly HeldSocket[];
  /** `were accepted on :8080, where fd 17 listens`. */
  readonly where: string;
}

/**
 * Groups sockets by where they came from, most first: by the listener that accepted them, else by a local port that several
 * share, else by the remote endpoint.
 */
export function toPlaces(sockets: readonly HeldSocket[]): Place[] {
  const places = new Map<string, HeldSocket[]>();
  const perPort = countPorts(sockets);
  for (const held of sockets) {
    const where = whereFrom(held, perPort);
    const known = places.get(where);
    if (known === undefined) places.set(where, [held]);
    else known.push(held);
  }
  return [...places]
    .map(([where, sockets]) => ({ where, sockets }))
    .sort((a, b) => b.sockets.length - a.sockets.length);
}

const SHOWN_PLACES = 5;

/** `40 of 40 were accepted on :41375, where fd 17 listens`, one line for each place, and one for the rest of many. */
export function describePlaces(places: readonly Place[]): string[] {
  const total = places.reduce((sum, { sockets }) => sum + sockets.length, 0);
  const shown = places.slice(0, SHOWN_PLACES).map(({ sockets, where }) => `${sockets.length} of ${total} ${where}`);
  const rest = places.slice(SHOWN_PLACES);
  if (rest.length === 0) return shown;
  const more = rest.reduce((sum, { sockets }) => sum + sockets.length, 0);
  return [...shown, `${more} of ${total} belong to ${formatCount(rest.length, 'other place')}`];
}

/** Local ports of sockets. */
export function toPorts(sockets: readonly HeldSocket[]): ReadonlySet<number> {
  return new Set(sockets.flatMap(({ socket }) => (socket.local === null ? [] : [socket.local.port])));
}

function whereFrom({ socket }: HeldSocket, perPort: ReadonlyMap<number, number>): string {
  const { acceptedOn, local, remote } = socket;
  if (acceptedOn !== null && acceptedOn.listeners.length > 0)
    return `were accepted on ${formatEndpoint(acceptedOn)}, where ${formatFds(acceptedOn.listeners)} listen${acceptedOn.listeners.length === 1 ? 's' : ''}`;
  if (local !== null && (acceptedOn !== null || (perPort.get(local.port) ?? 0) > 1))
    return `share the local port :${local.port}, where nothing of this process listens any more: most likely accepted by a listener that is gone, or by another process`;
  if (remote !== null) return `lead to ${formatEndpoint(remote)}: no listener known, perhaps outgoing connections`;
  return 'have no listener known: perhaps outgoing connections';
}

function countPorts(sockets: readonly HeldSocket[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const { socket } of sockets) {
    if (socket.local !== null) counts.set(socket.local.port, (counts.get(socket.local.port) ?? 0) + 1);
  }
  return counts;
}
