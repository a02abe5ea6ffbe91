import type { Turnover } from '../model/turnover.ts';

/** Stands for the ports of a place that has many: with each new one the name would be another. */
export const MANY_PORTS = 'many ports';
const PORT = /:(\d+)$/;

/** As people know it: with the ports that it had so far, as an inspection tells them. */
export function nameWhole({ place, members }: Pick<Turnover, 'place' | 'members'>): string {
  const ports = members.map((member) => Number(PORT.exec(member)?.[1])).toSorted((a, b) => a - b);
  return place.endsWith(MANY_PORTS) ? place.replace(MANY_PORTS, `ports ${ports[0]} to ${ports.at(-1)}`) : place;
}
