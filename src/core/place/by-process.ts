import type { OtherEnd } from '../model/other-end.ts';
import type { Place } from '../model/place.ts';
import type { Sharer } from '../model/sharer.ts';

/** Counts what belongs to which process. */
export class ByProcess<Who extends { readonly pid: number }> {
  readonly #counts = new Map<number, { readonly who: Who; count: number }>();

  add(who: Who): void {
    const known = this.#counts.get(who.pid);
    if (known === undefined) this.#counts.set(who.pid, { who, count: 1 });
    else known.count++;
  }

  /** The process with most, how many those are, and how many processes have any; null where none has. */
  get most(): { readonly who: Who; readonly count: number; readonly processes: number } | null {
    let most: { readonly who: Who; readonly count: number } | null = null;
    for (const one of this.#counts.values()) if (most === null || one.count > most.count) most = one;
    return most === null ? null : { ...most, processes: this.#counts.size };
  }
}

/** Who holds the other ends of the members of a place. */
export function toOtherEnd({ most }: ByProcess<OtherEnd>): Place['otherEnd'] {
  if (most === null) return null;
  const { who, ...counts } = most;
  return { pid: who.pid, comm: who.comm, ...counts };
}

/** Who holds the members themselves, too. */
export function toAlsoHeldBy({ most }: ByProcess<Sharer>): Place['alsoHeldBy'] {
  if (most === null) return null;
  const { who, ...counts } = most;
  return { pid: who.pid, comm: who.comm, relation: who.relation, ...counts };
}
