import type { Turnover } from '../model/turnover.ts';

/**
 * When those came that stayed, out of moments between `from` and `until`: `[10, 10, 40]` between 0 and 100 -> centre 0.2, 1.8 goes.
 * null and 0 where none came between.
 */
export function measureArrivals(
  moments: readonly number[],
  from: number,
  until: number,
): Pick<Turnover, 'centre' | 'goes'> {
  const within = moments.filter((at) => at <= until);
  if (within.length === 0 || until <= from) return { centre: null, goes: 0 };
  const together = new Map<number, number>();
  for (const at of within) together.set(at, (together.get(at) ?? 0) + 1);
  let [sum, squares] = [0, 0];
  for (const [at, count] of together) {
    sum += count * (at - from);
    squares += count ** 2;
  }
  return { centre: sum / within.length / (until - from), goes: within.length ** 2 / squares };
}
