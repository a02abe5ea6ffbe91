import { setFlagsFromString } from 'node:v8';

/**
 * Tells V8 to keep its heap small: a watch allocates the same few hundred kilobytes at every tick for months, and would otherwise let its
 * young generation grow to 32 MB. 72 to 91 MB resident in place of 115 MB (bench/watch.ts).
 */
export function keepHeapSmall(): void {
  for (const flag of ['--semi-space-growth-factor=1', '--max-semi-space-size=4']) setFlagsFromString(flag);
}
