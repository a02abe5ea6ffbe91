import type { Limit } from '../model/limits.ts';

/** `1 socket`, `40 sockets`, `2 entries`. */
export function formatCount(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** What is not known is a question mark, never 0. */
export function orUnknown(value: number | string | null): string {
  return value === null ? '?' : `${value}`;
}

/** 0.0713 -> `7.1 %`, 0.0001 -> `< 0.1 %`; null -> `?`. Rounded down: what is not yet 95 % does not read as if it were. */
export function formatShare(share: number | null): string {
  if (share === null) return '?';
  if (share > 0 && share < 0.001) return '< 0.1 %';
  // A share such as 29 of 200 is a hair less than 0.145 in binary.
  return `${(Math.floor(share * 1000 + 1e-9) / 10).toFixed(1)} %`;
}

/** `73 of 1024 (7.1 %)`, `73` where there is no limit. */
export function formatUse(open: number, soft: Limit | null): string {
  return typeof soft === 'number' && soft > 0 ? `${open} of ${soft} (${formatShare(open / soft)})` : `${open}`;
}

/** 1.70 -> `1.7`, 1800.4 -> `1800`; null -> `?`. */
export function formatRate(perHour: number | null): string {
  if (perHour === null) return '?';
  return `${Math.abs(perHour) < 100 ? Number(perHour.toFixed(1)) : Math.round(perHour)}`;
}

/** `{ pipe: 4, file: 9 }` -> `9 file, 4 pipe`, most first; empty for nothing. */
export function formatTally(tally: Readonly<Record<string, number | undefined>>): string {
  return Object.entries(tally)
    .filter((entry): entry is [string, number] => entry[1] !== undefined && entry[1] > 0)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ');
}

/** 19168 -> `19,168`. */
export function formatNumber(value: number): string {
  return `${value}`.replace(/\B(?=(?:\d{3})+$)/g, ',');
}
