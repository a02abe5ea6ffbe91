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
