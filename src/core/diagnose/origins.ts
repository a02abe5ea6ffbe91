import type { AcceptedOn, Endpoint } from '../model/socket.ts';
import type { HeldSocket } from './held-sockets.ts';
import { type PartOfTotal, type Statement, toStatement } from './statement.ts';
import { formatEndpoint } from '../words/endpoint.ts';
import { formatFdNumbers } from '../words/fds.ts';
import { formatCount } from '../words/numbers.ts';

/** Where connections came from or went to. */
export type Origin =
  | { readonly kind: 'listener'; readonly local: Endpoint; readonly listeners: readonly number[] }
  /** Nothing of the process listens on the local port that they share. */
  | { readonly kind: 'shared-port'; readonly port: number }
  | { readonly kind: 'remote'; readonly remote: Endpoint }
  | { readonly kind: 'unknown' };

export interface OriginGroup {
  readonly place: Origin;
  readonly sockets: readonly HeldSocket[];
}

/**
 * Groups sockets by where they came from, most first: by the listener that accepted them, else by a local port that several
 * share, else by the remote endpoint.
 */
export function groupByOrigin(sockets: readonly HeldSocket[]): OriginGroup[] {
  const groups = new Map<string, { readonly place: Origin; readonly sockets: HeldSocket[] }>();
  // Thousands share one answer of what accepted them: their group is found by that.
  const byListener = new Map<AcceptedOn, HeldSocket[]>();
  const perPort = countPorts(sockets);
  sockets.forEach((held) => {
    const { acceptedOn } = held.socket;
    const alike = acceptedOn === null ? undefined : byListener.get(acceptedOn);
    if (alike !== undefined) {
      alike.push(held);
      return;
    }
    const place = toOrigin(held, perPort);
    const key = keyOf(place);
    const group = groups.get(key) ?? { place, sockets: [] };
    groups.set(key, group);
    group.sockets.push(held);
    if (acceptedOn !== null) byListener.set(acceptedOn, group.sockets);
  });
  return [...groups.values()].sort((a, b) => b.sockets.length - a.sockets.length);
}

const SHOWN_PLACES = 5;

/** `40 of 40 were accepted on :41375, where fd 17 listens`, one for each place, and one for the rest of many. */
export function describeOrigins(groups: readonly OriginGroup[]): Statement[] {
  const total = countSockets(groups);
  const shown = groups
    .slice(0, SHOWN_PLACES)
    .map(({ sockets, place }) => describeOrigin(place, { count: sockets.length, total }));
  const rest = groups.slice(SHOWN_PLACES);
  if (rest.length > 0) shown.push(elsewhere({ count: countSockets(rest), total, places: rest.length }));
  return shown;
}

/** The local ports of sockets. */
export function localPortsOf(sockets: readonly HeldSocket[]): ReadonlySet<number> {
  const ports = new Set<number>();
  sockets.forEach(({ socket }) => socket.local !== null && ports.add(socket.local.port));
  return ports;
}

function toOrigin({ socket }: HeldSocket, perPort: ReadonlyMap<number, number>): Origin {
  const { acceptedOn, local, remote } = socket;
  if (acceptedOn !== null && acceptedOn.listeners.length > 0)
    return { kind: 'listener', local: acceptedOn, listeners: acceptedOn.listeners };
  if (local !== null && (acceptedOn !== null || (perPort.get(local.port) ?? 0) > 1))
    return { kind: 'shared-port', port: local.port };
  return remote === null ? { kind: 'unknown' } : { kind: 'remote', remote };
}

/** Tells places apart; cheap, because thousands of sockets share one. */
function keyOf(place: Origin): string {
  switch (place.kind) {
    case 'listener':
      return `${place.local.port} ${place.local.address}`;
    case 'shared-port':
      return `:${place.port}`;
    case 'remote':
      return `> ${place.remote.port} ${place.remote.address}`;
    case 'unknown':
      return '';
  }
}

function describeOrigin(place: Origin, part: PartOfTotal): Statement {
  switch (place.kind) {
    case 'listener':
      return acceptedOn({ ...part, ...place.local, listeners: place.listeners });
    case 'shared-port':
      return sharedPort({ ...part, port: place.port });
    case 'remote':
      return connectedWith({ ...part, ...place.remote });
    case 'unknown':
      return originUnknown(part);
  }
}

type PartAt = PartOfTotal & { readonly address: string; readonly port: number };

const acceptedOn = toStatement(
  'accepted-on',
  ({ count, total, address, port, listeners }: PartAt & { readonly listeners: readonly number[] }) =>
    `${count} of ${total} ${count === 1 ? 'was' : 'were'} accepted on ${formatEndpoint({ address, port })}, where ${formatFdNumbers(listeners)} ${listeners.length === 1 ? 'listens' : 'listen'}`,
);

const sharedPort = toStatement(
  'shared-port',
  ({ count, total, port }: PartOfTotal & { readonly port: number }) =>
    `${count} of ${total} share the local port :${port}, on which this process no longer listens: most likely accepted by a listener that is gone, or by another process`,
);

const connectedWith = toStatement(
  'connected-with',
  ({ count, total, address, port }: PartAt) =>
    `${count} of ${total} connected with ${formatEndpoint({ address, port })}: no listener known, perhaps outgoing`,
);

const originUnknown = toStatement(
  'place-unknown',
  ({ count, total }: PartOfTotal) => `${count} of ${total} without a known listener: perhaps outgoing connections`,
);

const elsewhere = toStatement(
  'elsewhere',
  ({ count, total, places }: PartOfTotal & { readonly places: number }) =>
    `${count} of ${total} at ${formatCount(places, 'other place')}`,
);

function countPorts(sockets: readonly HeldSocket[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  sockets.forEach(({ socket: { local } }) => {
    if (local !== null) counts.set(local.port, (counts.get(local.port) ?? 0) + 1);
  });
  return counts;
}

function countSockets(groups: readonly OriginGroup[]): number {
  return groups.reduce((sum, { sockets }) => sum + sockets.length, 0);
}
