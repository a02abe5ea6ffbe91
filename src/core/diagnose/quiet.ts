import type { PlaceGroup } from '../place/place-group.ts';
import type { Case } from './case.ts';
import { establishedGroups, isAccepted, MANY, mayHaveLocalEnd, type UsedSocket, usedSockets } from './living.ts';
import { toNote } from './statement.ts';

/** Accepted connections that are quiet, by place. */
interface Quiet {
  readonly groups: readonly { readonly group: PlaceGroup; readonly found: readonly UsedSocket[] }[];
  readonly sockets: readonly UsedSocket[];
  readonly leastMs: number;
}

/** Those for which no timer runs and whose peer is no process of this host, where a place has many; else null. */
export function findQuiet(
  subject: Case,
  isQuiet: (one: UsedSocket) => boolean,
  isPlace: (group: PlaceGroup) => boolean = () => true,
): Quiet | null {
  const groups = establishedGroups(subject)
    .filter((group) => isAccepted(group) && isPlace(group))
    .map((group) => ({
      group,
      found: usedSockets(group).filter(
        (one) => one.use.timer === 'none' && isQuiet(one) && !mayHaveLocalEnd(one, subject),
      ),
    }))
    .filter(({ found }) => found.length >= MANY);
  const sockets = groups.flatMap(({ found }) => found);
  if (sockets.length === 0) return null;
  return { groups, sockets, leastMs: Math.min(...sockets.map(({ use }) => idleMs(use))) };
}

/** Since the last byte either way; 0 where that is not known. */
export function idleMs({ sinceReceivedMs, sinceSentMs }: UsedSocket['use']): number {
  return sinceReceivedMs === null || sinceSentMs === null ? 0 : Math.min(sinceReceivedMs, sinceSentMs);
}

export const NO_TIMER = toNote(
  'no-timer',
  'no timer runs for them, no keepalive either: a peer that vanished would never be missed',
);

export const QUIET_ADVICE =
  'Set a deadline on every read of an accepted connection, and keepalive (SO_KEEPALIVE, TCP_KEEPIDLE) so that a peer that vanished is noticed; close what passes it.';
