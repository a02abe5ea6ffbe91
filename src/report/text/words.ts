import type { Endpoint } from '../../core/model/socket.ts';

/** `1 descriptor`, `2 descriptors`. */
export function formatCount(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** What is not known is a question mark, never 0. */
export function orUnknown(value: number | string | null): string {
  return value === null ? '?' : `${value}`;
}

/** `127.0.0.1:8080`, `[::1]:8080`, `0.0.0.0:*` where there is no port. */
export function formatEndpoint({ address, port }: Endpoint): string {
  return `${address.includes(':') ? `[${address}]` : address}:${port === 0 ? '*' : port}`;
}

/** 0.0713 -> `7.1 %`, 0.0001 -> `< 0.1 %`; null -> `?`. Only a full share is 100 %. */
export function formatShare(share: number | null): string {
  if (share === null) return '?';
  if (share > 0 && share < 0.001) return '< 0.1 %';
  return share < 1 && share > 0.999 ? '> 99.9 %' : `${(100 * share).toFixed(1)} %`;
}

/** `{ pipe: 4, file: 9 }` -> `9 file, 4 pipe`, most first; empty for nothing. */
export function formatTally(tally: Readonly<Record<string, number | undefined>>): string {
  return Object.entries(tally)
    .filter((entry): entry is [string, number] => entry[1] !== undefined && entry[1] > 0)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ');
}
