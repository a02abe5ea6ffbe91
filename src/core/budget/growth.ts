import { VERDICT_INFO } from '../classify/verdict-info.ts';
import { describePlace, listeningPorts } from '../compare/normalise.ts';
import type { Descriptor } from '../model/descriptor.ts';
import { parseFdLink } from '../parse/proc-fd-link.ts';

/** What was open at one moment: `17 socket:[39309]`, one for each descriptor. */
export type Look = ReadonlySet<string>;

/** What stayed of one kind, run by run. */
export interface Growth {
  /** `orphaned, tcp accepted on :8080`. */
  readonly what: string;
  /** How many that are still there came in each run: `[2, 2, 2]`. */
  readonly runs: readonly number[];
  /** Whether some stayed after every run; else it was a cache, a pool, or somebody else. */
  readonly leaks: boolean;
  readonly descriptors: readonly Descriptor[];
}

/** Names a descriptor for as long as it is open: the number, and what it leads to. */
export function toLookKey(fd: number, link: string): string {
  return `${fd} ${link}`;
}

/**
 * Whether the looks before the first run and after each can hold a leak at all: something of a kind came in every run, and is
 * there at `final`. Costs a fraction of {@link measureGrowth}, which needs to know what the descriptors are.
 */
export function mayHaveGrown(looks: readonly Look[], final: Look): boolean {
  const runs = looks.length - 1;
  const born = new Map<string, number[]>();
  for (const key of final) addBirth(born, coarseOf(key), birthOf(key, looks), runs);
  // The first may be late.
  return [...born.values()].some((counts) => counts.slice(runs > 1 ? 1 : 0).every((count) => count > 0));
}

/**
 * Says of every descriptor that is open at the end, after settling, in which run it came, and of every kind whether some
 * stayed after each run. Sockets are told by verdict and place, all else by kind and normalised path.
 *
 * Of what is in use the number must have grown as well: a pool that replaces one connection in each run does not leak.
 *
 * @param looks before the first run, then after each
 */
export function measureGrowth(looks: readonly Look[], final: readonly Descriptor[]): Growth[] {
  const listening = listeningPorts(final);
  const groups = new Map<string, { runs: number[]; descriptors: Descriptor[] }>();
  for (const descriptor of final) {
    const key = toLookKey(descriptor.fd, descriptor.target);
    const run = birthOf(key, looks);
    if (run === 0) continue;
    const place = describePlace(descriptor, listening);
    const what = descriptor.kind === 'socket' ? `${descriptor.verdict.is}, ${place}` : describeOther(descriptor, place);
    const group = groups.get(what) ?? { runs: emptyRuns(looks.length - 1), descriptors: [] };
    groups.set(what, group);
    group.runs[run - 1] = (group.runs[run - 1] ?? 0) + 1;
    group.descriptors.push(descriptor);
  }
  const counts = countCoarse(looks, final);
  return [...groups].map(([what, { runs, descriptors }]) => ({
    what,
    runs,
    descriptors,
    leaks: staysEveryRun(runs) && (descriptors.every(isSuspect) || hasGrown(descriptors, counts)),
  }));
}

/**
 * At least one in every run. What came late in a run is seen after the next one: the first may be empty, where the others
 * make up for it.
 */
export function staysEveryRun(runs: readonly number[]): boolean {
  const total = runs.reduce((sum, count) => sum + count, 0);
  return total > 0 && total >= runs.length && runs.slice(1).every((count) => count > 0);
}

/** Whether it leaks, or will once what comes late in the last run has come. */
export function mayLeak({ leaks, runs }: Growth): boolean {
  return leaks || (runs.length > 1 && runs[0] === 0 && runs.slice(1).every((count) => count > 0));
}

function describeOther({ kind, deleted }: Descriptor, place: string): string {
  const name = place === kind ? kind : `${kind} ${place}`;
  return deleted ? `deleted ${name}` : name;
}

/** The run after which it was first seen, and always since; 0: before the first. What nobody saw came in the last. */
function birthOf(key: string, looks: readonly Look[]): number {
  let birth = looks.length - 1;
  for (let at = looks.length - 1; at >= 0 && looks[at]?.has(key) === true; at--) birth = at;
  return birth;
}

function isSuspect({ verdict }: Descriptor): boolean {
  return VERDICT_INFO[verdict.is].leak !== 'no';
}

/** Numbers of descriptors at each look, and at the end, by what their links say. */
function countCoarse(looks: readonly Look[], final: readonly Descriptor[]): ReadonlyMap<string, readonly number[]> {
  const counts = new Map<string, number[]>();
  const add = (coarse: string, at: number): void => {
    const row = counts.get(coarse) ?? emptyRuns(looks.length + 1);
    counts.set(coarse, row);
    row[at] = (row[at] ?? 0) + 1;
  };
  for (const [at, look] of looks.entries()) for (const key of look) add(coarseOf(key), at);
  for (const { target } of final) add(coarseOfLink(target), looks.length);
  return counts;
}

/** Whether the least number from each run on rises with every run. */
function hasGrown([first]: readonly Descriptor[], counts: ReadonlyMap<string, readonly number[]>): boolean {
  const row = first === undefined ? [] : (counts.get(coarseOfLink(first.target)) ?? []);
  const rises: number[] = [];
  let least = row.at(-1) ?? 0;
  let above = least;
  for (let at = row.length - 2; at >= 0; at--) {
    least = Math.min(least, row[at] ?? 0);
    if (at < row.length - 2) rises.unshift(above - least);
    above = least;
  }
  return staysEveryRun(rises);
}

function coarseOf(key: string): string {
  return coarseOfLink(key.slice(key.indexOf(' ') + 1));
}

function coarseOfLink(link: string): string {
  return parseFdLink(link).kind;
}

function addBirth(born: Map<string, number[]>, what: string, run: number, runs: number): void {
  if (run === 0) return;
  const counts = born.get(what) ?? emptyRuns(runs);
  born.set(what, counts);
  counts[run - 1] = (counts[run - 1] ?? 0) + 1;
}

function emptyRuns(length: number): number[] {
  return Array.from({ length }, () => 0);
}
