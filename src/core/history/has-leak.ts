import { SUSPECT_VERDICTS } from '../classify/verdict-info.ts';
import type { Trend } from '../model/trend.ts';

/** What grows only by leaking. */
const LEAKING: ReadonlySet<string> = new Set(SUSPECT_VERDICTS);
/** Load comes and goes within a day or two. */
const LOAD_MS = 48 * 3_600_000;

/**
 * The trends that establish a leak: what only a leak makes grow, at once; what load makes grow as well, of a watch that outlasted the load
 * of two days.
 */
export function findLeaks(trends: readonly Trend[], watchedMs: number): Trend[] {
  return trends.filter(({ growth, subject }) => growth === 'growing' && (watchedMs >= LOAD_MS || LEAKING.has(subject)));
}
