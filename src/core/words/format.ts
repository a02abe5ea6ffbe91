import type { Endpoint } from '../model/socket.ts';

/** `1 socket`, `40 sockets`, `2 entries`. */
export function formatCount(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

const SHOWN_FDS = 8;

/** `fd 17`, `fds 17, 18 and 19`; long lists are cut: `fds 1, 2, 3, 4, 5, 6, 7, 8 and 32 more`. */
export function formatFds(fds: readonly number[]): string {
  if (fds.length <= 1) return `fd ${fds.join()}`;
  const rest = fds.length - SHOWN_FDS;
  if (rest > 0) return `fds ${fds.slice(0, SHOWN_FDS).join(', ')} and ${rest} more`;
  return `fds ${fds.slice(0, -1).join(', ')} and ${fds.at(-1)}`;
}

/** `:8080` for every address, `127.0.0.1:8080`, `[::1]:8080`. */
export function formatEndpoint({ address, port }: Endpoint): string {
  if (address === '::' || address === '0.0.0.0') return `:${port}`;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** 0.0713 -> `7.1 %`. Rounded down: what is not yet 95 % does not read as if it were. */
export function formatPercent(share: number): string {
  return `${Math.floor(share * 1000) / 10} %`;
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/** 1536 -> `1.5 KiB`. Rounded, for people. */
export function formatBytes(bytes: number): string {
  let amount = bytes;
  let index = 0;
  while (amount >= 1024 && index < UNITS.length - 1) {
    amount /= 1024;
    index++;
  }
  return `${Number(amount.toFixed(1))} ${UNITS[index] ?? ''}`;
}
