import type { Life } from '../model/life.ts';
import { MANY_PORTS } from '../words/place-name.ts';
import { mergeWider, type Named } from '../place/merge-wider.ts';
import { nameOf } from './driver.ts';
import { Lifetimes } from './lifetimes.ts';

/** No more than so many can be judged by themselves. */
const FEW = 7;

/** What came and went at a place. */
export interface Entry {
  atStart: number;
  opened: number;
  closed: number;
  readonly lifetimes: Lifetimes;
}

export interface Kept {
  readonly place: string;
  readonly entry: Entry;
  readonly lives: readonly Life[];
  /** As in a turnover. */
  readonly members: readonly string[];
}

interface Placed extends Kept, Named {
  /** `tcp`; of a path the kind. */
  readonly part: string;
}

/** Forty sockets on as many ports are forty places, of which none grows: `udp on 10.0.0.7, many ports` does. */
export function withWiderPlaces(places: readonly Kept[]): readonly Kept[] {
  return mergeWider(places.map(toPlaced), {
    fewOf: () => FEW,
    countOf: ({ lives }) => lives.length,
    partOf: ({ part }) => part,
    // A name that changed with each look would be another place each time.
    sayPorts: () => MANY_PORTS,
    join: toOne,
  });
}

const END = /^(\S+) ((?:to|on|accepted on) .*)$/;

function toPlaced(kept: Kept): Placed {
  const { place, lives } = kept;
  const what = nameOf(lives);
  const [, part, where] = END.exec(place) ?? [];
  if (part !== undefined && where !== undefined) return { ...kept, what, part, where };
  // Of what was closed, the kind is not kept.
  const kind = what === '' ? 'file' : what;
  return { ...kept, what: kind, part: kind, where: place.startsWith('/') ? place : null };
}

function toOne(where: string, members: readonly Placed[]): Placed {
  const [{ what, part } = { what: '', part: '' }] = members;
  const lifetimes = new Lifetimes();
  for (const { entry } of members) lifetimes.addAll(entry.lifetimes);
  const sum = (of: (entry: Entry) => number): number => members.reduce((all, { entry }) => all + of(entry), 0);
  const entry = {
    atStart: sum(({ atStart }) => atStart),
    opened: sum(({ opened }) => opened),
    closed: sum(({ closed }) => closed),
    lifetimes,
  };
  const place = where.startsWith('/') ? where : `${part} ${where}`;
  const all = members.flatMap((one) => (one.members.length === 0 ? [one.place] : one.members));
  return { place, entry, lives: members.flatMap(({ lives }) => lives), members: all, what, part, where };
}
