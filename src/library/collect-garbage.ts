import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let collect: (() => void) | null = null;

/**
 * Collects garbage in this process, so that what closes its descriptor when it is collected (a FileHandle that nobody
 * holds any more) is not taken for a leak; then lets those closes happen.
 */
export async function collectGarbage(): Promise<void> {
  collect ??= findCollector();
  collect();
  for (let turns = 0; turns < 4; turns++) await nextTurn();
}

function findCollector(): () => void {
  if (globalThis.gc !== undefined) return globalThis.gc;
  // The flag is for contexts made after it; a new one has the function that this one lacks.
  setFlagsFromString('--expose-gc');
  const found: unknown = runInNewContext('gc');
  setFlagsFromString('--no-expose-gc');
  return typeof found === 'function' ? () => void found() : () => undefined;
}
