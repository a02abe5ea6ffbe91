import type { LimitRun } from '../model/limit-run.ts';
import type { Trend } from '../model/trend.ts';
import type { JudgedPlace } from '../model/turnover.ts';
import type { Conclusion } from '../model/watch.ts';
import { findEarlyRises } from '../trend/early-rises.ts';

/** What a conclusion rests on. */
export interface WatchFacts {
  readonly atLimit: LimitRun | null;
  readonly leak: boolean;
  /** Ticks that saw the target. */
  readonly samples: number;
  /** Whether descriptors were seen, all of them, and not only their number. */
  readonly isSeen: boolean;
  /** Dead sockets that were not kept for long enough to be called a leak. */
  readonly youngOrphans: number;
  readonly trends: readonly Trend[];
  readonly places: readonly JudgedPlace[];
}

/**
 * What a watch comes to. At the limit nothing else matters; a leak is one whatever else could not be seen; without one, what was not seen comes before what was: `no-leak` is
 * said only of what was looked at and does not grow, nor rose in too few looks.
 */
export function concludeWatch(facts: WatchFacts): Conclusion {
  const { atLimit, leak, samples, isSeen, youngOrphans, trends, places } = facts;
  if (atLimit !== null) return 'at-limit';
  if (leak) return 'leak';
  if (samples === 0) return 'not-seen';
  if (!isSeen || youngOrphans > 0 || findEarlyRises(trends, places).length > 0) return 'cannot-tell';
  return trends.some(({ growth }) => growth === 'growing') ? 'growing' : 'no-leak';
}
