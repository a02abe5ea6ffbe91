import type { Moved, Sample } from '../model/sample.ts';
import type { Rollup } from '../model/rollup.ts';
import { groupBy } from '../group-by.ts';
import { toSpreads, toKnownSpreads, toSpread } from './spreads.ts';

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

/** null only where no value is known. */
function toSum(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}
