import { parseIso } from '../parse/iso-time.ts';

/**
 * Milliseconds between two moments, `2026-11-22T19:00:00.000Z` and `2026-11-22T19:46:00.000Z` -> 2760000.
 * Null where one is not known.
 */
export function measureElapsedMs(from: string | null, until: string | null): number | null {
  const start = from === null ? null : parseIso(from);
  const end = until === null ? null : parseIso(until);
  return start === null || end === null ? null : end - start;
}
