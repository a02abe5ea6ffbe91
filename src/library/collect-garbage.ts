import { setImmediate as nextTurn } from 'node:timers/promises';
import { findCollector } from '../collect/garbage-collector.ts';

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
