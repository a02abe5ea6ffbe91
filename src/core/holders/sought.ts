import type { Place } from '../model/place.ts';

/** Descriptors that somebody is looked for. */
export interface Sought {
  readonly what: string;
  readonly where: string | null;
  readonly count: number;
  readonly fds: readonly number[];
  /** Whether they look leaked, or cannot be judged. */
  readonly isSuspect: boolean;
}

/** So many suspects are worth a comparison: two of a kind are everywhere. */
const FEWEST_SUSPECTS = 3;
/** Of descriptors that look well, more. */
const FEWEST_LIVING = 8;
/** Nobody asks who holds these: a listener is held by who listens, and the runtime has its own. */
const OWN: ReadonlySet<string> = new Set([
  'listening',
  'event loop',
  'character-device',
  'epoll',
  'epoll + eventfd',
  'epoll + pipe',
  'epoll + unix pair',
  'epoll + wakers',
]);

/** The places whose holder is in question, suspects first; places of one kind of suspects also together. */
export function toAllSought(places: readonly Place[]): Sought[] {
  const suspects = places.filter(isSuspect);
  const living = places.filter((place) => !isSuspect(place) && place.count >= FEWEST_LIVING && !OWN.has(place.what));
  return [
    ...suspects.filter(({ count }) => count >= FEWEST_SUSPECTS).map(toSought),
    ...toSums(suspects),
    ...living.map(toSought),
  ];
}

function isSuspect({ leak, what }: Place): boolean {
  return leak !== 'no' || what.startsWith('undecided ');
}

function toSought(place: Place): Sought {
  const { what, where, count, fds } = place;
  return { what, where, count, fds, isSuspect: isSuspect(place) };
}

/** A service that registers again listens elsewhere: its dead connections are at two places, their holder at one. */
function toSums(suspects: readonly Place[]): Sought[] {
  return [...new Set(suspects.map(({ what }) => what))].flatMap((what): Sought[] => {
    const members = suspects.filter((one) => one.what === what);
    const count = members.reduce((sum, one) => sum + one.count, 0);
    return members.length === 1 || count < FEWEST_SUSPECTS
      ? []
      : [
          {
            what,
            where: `at ${members.length} places`,
            count,
            fds: members.flatMap(({ fds }) => fds),
            isSuspect: true,
          },
        ];
  });
}
