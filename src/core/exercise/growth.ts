import { VERDICT_INFO } from '../classify/verdict-info.ts';
import { describePlace, describeWiderPlace } from '../place/describe.ts';
import { portsOf } from '../place/ports.ts';
import type { Descriptor } from '../model/descriptor.ts';
import { parseFdLink } from '../parse/proc-fd-link.ts';
import { groupBy } from '../group-by.ts';

/** What was open at one moment: `17 socket:[39309]`, one for each descriptor. */
export type OpenKeys = ReadonlySet<string>;

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
 * Whether the looks before the first run and after each can hold a leak at all: something came in every run, and is there at
 * `final`. Costs a fraction of {@link measureGrowth}, which needs to know what the descriptors are.
 */
export function mayHaveGrown(looks: readonly OpenKeys[], final: OpenKeys): boolean {
  const runs = emptyRuns(looks.length - 1);
  for (const key of final) addBirth(runs, birthOf(key, looks));
  return maybeEveryRun(runs);
}

/**
 * Says of every descriptor that is open at the end, after settling, in which run it came, and of every kind whether some
 * stayed after each run. Sockets are grouped by verdict and place, all else by kind and normalised path. Kinds that stay after
 * every run only with their neighbours (the files of one folder, a service at several addresses) are taken together.
 *
 * Of what is in use the number must have grown as well: a pool that replaces one connection in each run does not leak.
 *
 * @param looks before the first run, then after each
 */
export function measureGrowth(looks: readonly OpenKeys[], final: readonly Descriptor[]): Growth[] {
  const ports = portsOf(final);
  const born = final.flatMap((descriptor) => {
    const run = birthOf(toLookKey(descriptor.fd, descriptor.target), looks);
    return run === 0 ? [] : [{ descriptor, run }];
  });
  const counts = countCoarse(looks, final);
  const measure = (of: readonly Born[], describe: typeof describePlace): Growth[] =>
    [...groupBy(of, ({ descriptor: one }) => nameKind(one, describe(one, ports)))].map(([what, members]) =>
      toGrowth(what, members, looks.length - 1, counts),
    );
  const narrow = measure(born, describePlace);
  const steady = new Set(narrow.filter(mayLeak).flatMap(({ descriptors }) => descriptors));
  const rest = born.filter(({ descriptor }) => !steady.has(descriptor));
  const wider = measure(rest, describeWiderPlace).filter(mayLeak);
  const taken = new Set(wider.flatMap(({ descriptors }) => descriptors));
  return [...narrow.filter(({ descriptors }) => !descriptors.some((one) => taken.has(one))), ...wider];
}

/**
 * What stayed after every run when taken together, where nothing of one kind did; null where something leaks, or not even
 * that. It need not be a leak: it may be three caches, each filled in another run.
 */
export function findUnsteady(
  growth: readonly Growth[],
  looks: readonly OpenKeys[],
  final: readonly Descriptor[],
): Growth | null {
  if (growth.some(({ leaks }) => leaks)) return null;
  const suspects = sumGrowth(growth.filter(({ descriptors }) => descriptors.every(isSuspect)));
  if (staysEveryRun(suspects.runs)) return suspects;
  const all = sumGrowth(growth);
  const totals = [...looks.map(({ size }) => size), final.length];
  return staysEveryRun(all.runs) && hasGrown(totals) ? all : null;
}

interface Born {
  readonly descriptor: Descriptor;
  /** The run in which it came, from 1. */
  readonly run: number;
}

function toGrowth(
  what: string,
  members: readonly Born[],
  length: number,
  counts: ReadonlyMap<string, readonly number[]>,
): Growth {
  const runs = emptyRuns(length);
  for (const { run } of members) addBirth(runs, run);
  const descriptors = members.map(({ descriptor }) => descriptor);
  const coarse = coarseOfLink(descriptors[0]?.target ?? '');
  const leaks = staysEveryRun(runs) && (descriptors.every(isSuspect) || hasGrown(counts.get(coarse) ?? []));
  return { what, runs, descriptors, leaks };
}

function sumGrowth(growth: readonly Growth[]): Growth {
  const runs = emptyRuns(growth[0]?.runs.length ?? 0).map((_, at) =>
    growth.reduce((sum, one) => sum + (one.runs[at] ?? 0), 0),
  );
  const descriptors = growth.flatMap((one) => one.descriptors);
  return { what: growth.map(({ what }) => what).join('; '), runs, descriptors, leaks: false };
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
  return leaks || (runs.length > 1 && runs[0] === 0 && maybeEveryRun(runs));
}

/** What comes in the first run may be seen late. */
function maybeEveryRun(runs: readonly number[]): boolean {
  return runs.slice(runs.length > 1 ? 1 : 0).every((count) => count > 0);
}

function nameKind({ kind, deleted, verdict }: Descriptor, place: string): string {
  if (kind === 'socket') return `${verdict.is}, ${place}`;
  const name = place === kind ? kind : `${kind} ${place}`;
  return deleted ? `deleted ${name}` : name;
}

/** The run after which it was first seen, and always since; 0: before the first. What nobody saw came in the last. */
function birthOf(key: string, looks: readonly OpenKeys[]): number {
  let birth = looks.length - 1;
  for (let at = looks.length - 1; at >= 0 && looks[at]?.has(key) === true; at--) birth = at;
  return birth;
}

function isSuspect({ verdict }: Descriptor): boolean {
  return VERDICT_INFO[verdict.is].leak !== 'no';
}

/** Numbers of descriptors at each look, and at the end, by what their links say. */
function countCoarse(looks: readonly OpenKeys[], final: readonly Descriptor[]): ReadonlyMap<string, readonly number[]> {
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

/** Whether the least number from each run on rises with every run, of the numbers at each look and at the end. */
function hasGrown(row: readonly number[]): boolean {
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

function addBirth(runs: number[], run: number): void {
  if (run > 0) runs[run - 1] = (runs[run - 1] ?? 0) + 1;
}

function emptyRuns(length: number): number[] {
  return Array.from({ length }, () => 0);
}
