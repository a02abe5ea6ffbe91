import type { Counts, Moved, Sample } from '../model/sample.ts';
import type { Rollup, Spread, Spreads } from '../model/rollup.ts';
import { groupBy } from '../group-by.ts';

/** Ten minutes. */
export const ROLLUP_MS = 600_000;

/** The start of the ten minutes that a moment lies in, ms since 1970. */
export function toInterval(at: number): number {
  return Math.floor(at / ROLLUP_MS) * ROLLUP_MS;
}

/** Sums up samples by segment and ten minutes. A name that a full look did not count was 0 there. */
export function rollUp(samples: readonly Sample[]): Rollup[] {
  const groups = groupBy(samples, ({ at, segment }) => `${toInterval(at)} ${segment}`);
  return [...groups.values()].map(toRollup);
}

function toRollup(samples: readonly Sample[]): Rollup {
  const last = samples.at(-1);
  const looks = samples.flatMap(({ full }) => (full === null ? [] : [full]));
  return {
    at: toInterval(last?.at ?? 0),
    segment: last?.segment ?? 0,
    samples: samples.length,
    open: toSpread(samples.map(({ open }) => open)),
    soft: last?.soft ?? null,
    hard: last?.hard ?? null,
    fullLooks: looks.length,
    byVerdict: toSpreads(looks.map(({ byVerdict }) => byVerdict)),
    byKind: toSpreads(looks.map(({ byKind }) => byKind)),
    byPlace: toKnownSpreads(looks.map(({ byPlace }) => byPlace)),
    moved: sumMoved(looks.map(({ moved }) => moved)),
    opened: toSum(looks.map(({ opened }) => opened)),
    closed: toSum(looks.map(({ closed }) => closed)),
  };
}

function toSpreads(counts: readonly Counts[]): Spreads {
  const names = new Set(counts.flatMap((one) => Object.keys(one)));
  return Object.fromEntries([...names].map((name) => [name, toSpread(counts.map((one) => one[name] ?? 0))]));
}

/** Places were not counted by every fdleak that wrote a history: null where none did. */
function toKnownSpreads(counts: readonly (Counts | null)[]): Spreads | null {
  const known = counts.filter((one) => one !== null);
  return known.length === 0 ? null : toSpreads(known);
}

/** Adds up what was opened and closed by place. */
export function sumMoved(all: readonly Moved[]): Moved {
  const sums: Record<string, [number, number]> = {};
  for (const moved of all) {
    for (const [place, [opened, closed]] of Object.entries(moved)) {
      const sum = (sums[place] ??= [0, 0]);
      sum[0] += opened;
      sum[1] += closed;
    }
  }
  return sums;
}

/** The lower of two middle values is the median: a count that was seen. */
function toSpread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  return { min: sorted[0] ?? 0, median: sorted[(sorted.length - 1) >> 1] ?? 0, max: sorted.at(-1) ?? 0 };
}

/** null only where no value is known. */
function toSum(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}
