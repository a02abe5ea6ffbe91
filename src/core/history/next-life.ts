import type { Descriptor } from '../model/descriptor.ts';
import type { VerdictChange, Life } from '../model/life.ts';
import type { Endpoint } from '../model/socket.ts';

interface Next {
  readonly at: number;
  readonly descriptor: Descriptor;
  readonly addresses: Addresses;
  readonly place: string | null;
  readonly isSameVerdict: boolean;
}

/** The life with what this look saw of it. */
export function toNext(before: Life, { at, descriptor, addresses, place, isSameVerdict }: Next): Life {
  const { verdict } = descriptor;
  const { local, remote, acceptedOn } = addresses;
  return {
    ...before,
    place,
    verdicts: isSameVerdict ? before.verdicts : addChange(before.verdicts, { at, verdict: verdict.is }),
    suspect: before.suspect || verdict.leak !== 'no',
    local: local ?? before.local,
    remote,
    lastPeer: remote ?? before.lastPeer,
    acceptedOn: acceptedOn ?? before.acceptedOn,
  };
}

/** What flaps for months stays small: the first verdict and the latest are kept. */
const KEPT_VERDICTS = 32;

function addChange(before: readonly VerdictChange[], change: VerdictChange): VerdictChange[] {
  const all = [...before, change];
  return all.length <= KEPT_VERDICTS ? all : [...all.slice(0, 1), ...all.slice(1 - KEPT_VERDICTS)];
}

export interface Addresses {
  readonly local: Endpoint | null;
  readonly remote: Endpoint | null;
  readonly acceptedOn: Endpoint | null;
}

const NOWHERE: Addresses = { local: null, remote: null, acceptedOn: null };

/** The ends of an internet socket; all null for anything else. */
export function addressesOf({ socket }: Descriptor): Addresses {
  if (socket === null || (socket.family !== 'inet' && socket.family !== 'inet6')) return NOWHERE;
  return { local: socket.local, remote: socket.remote, acceptedOn: socket.acceptedOn };
}

/** Two unknown ends are the same. */
export function isSameEndpoint(a: Endpoint | null, b: Endpoint | null): boolean {
  return a === b || (a !== null && b !== null && a.port === b.port && a.address === b.address);
}
