import type { Descriptor } from '../model/descriptor.ts';
import type { InetSocket, TcpUse } from '../model/socket.ts';
import { groupPlaces } from '../place/groups.ts';
import type { PlaceGroup } from '../place/place-group.ts';
import { isInet } from '../place/ports.ts';
import { formatFdNumbers } from '../words/fds.ts';
import type { Case } from './case.ts';
import { toStatement } from './statement.ts';

/** So many alike at one place are no retry and no client that is just slow: 45 healthy servers had fewer, idle and under load. */
export const MANY = 8;

export interface UsedSocket {
  readonly descriptor: Descriptor;
  readonly socket: InetSocket;
  readonly use: TcpUse;
}

/** Live connections of a group of which their use is known. */
export function usedSockets({ descriptors }: Pick<PlaceGroup, 'descriptors'>): readonly UsedSocket[] {
  const known = used.get(descriptors);
  if (known !== undefined) return known;
  const found: UsedSocket[] = [];
  descriptors.forEach((descriptor) => {
    const { socket } = descriptor;
    if (isInet(socket) && socket.use !== null) found.push({ descriptor, socket, use: socket.use });
  });
  used.set(descriptors, found);
  return found;
}

/** Several rules ask for the same thousands. */
const used = new WeakMap<readonly Descriptor[], readonly UsedSocket[]>();

/** Live connections with data that their peers have not taken yet. */
export function sendingIn(descriptors: readonly Descriptor[]): readonly Descriptor[] {
  return descriptors.filter(({ socket }) => isInet(socket) && socket.use !== null && (socket.use.unsentBytes ?? 0) > 0);
}

/** The established connections of a process, place by place. */
export function establishedGroups({ inspection }: Case): PlaceGroup[] {
  return groupPlaces(inspection.descriptors).filter(({ what }) => what === 'established');
}

export function isAccepted({ where }: PlaceGroup): boolean {
  return where?.startsWith('accepted on ') === true;
}

/** Known to be waited for by no epoll set and no thread. */
export function isUnattended({ watchedBy, waitedOnBy }: Descriptor): boolean {
  return watchedBy?.length === 0 && waitedOnBy?.length === 0;
}

/** Whether its peer is a process of this host that was found; nothing is said of one that nobody could look for. */
export function mayHaveLocalEnd({ descriptor, socket }: UsedSocket, { viewer }: Case): boolean {
  if (descriptor.otherEnd !== null) return true;
  const isLocal =
    socket.remote !== null && (socket.remote.address === socket.local?.address || LOOPBACK.test(socket.remote.address));
  return isLocal && viewer.uid !== 0;
}

const LOOPBACK = /^(?:::ffff:)?127\.|^::1$/;

/** `30 of 34 established accepted on :8080`. */
const atPlace = toStatement(
  'at-place',
  ({ count, what, where }: { count: number; what: string; where: string | null; fds: readonly number[] }) =>
    `${count} ${what}${where === null ? '' : ` ${where}`}`,
);

export function toPlaceFact({ what, where, descriptors }: PlaceGroup, count = descriptors.length) {
  return atPlace({ count, what, where, fds: descriptors.map(({ fd }) => fd) });
}

export const theseFds = toStatement('fds', ({ fds }: { fds: readonly number[] }) => formatFdNumbers(fds));
