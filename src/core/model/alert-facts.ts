import type { Limit } from './limits.ts';
import type { QuotaTrend } from './quota.ts';
import type { Suspect } from './watch.ts';
import type { Trend } from './trend.ts';
import type { JudgedPlace } from './turnover.ts';

/** What the rules judge. */
export interface AlertFacts {
  /** The process of those watched that is nearest to its limit. */
  readonly open: number;
  readonly soft: Limit | null;
  readonly trends: readonly Trend[];
  /** The largest first. */
  readonly places: readonly JudgedPlace[];
  readonly quota: QuotaTrend | null;
  /** The moment that is judged, ms since 1970. */
  readonly at: number;
  /** Orphans that have been dead for longer than the watch allows, oldest first. */
  readonly orphans: readonly Suspect[];
  /** How the suspects fall into groups. */
  readonly groups: readonly string[];
  readonly sudden: Sudden;
  /** Whether an alert of growth stands. */
  readonly isGrowthOpen: boolean;
  /** Whether dead connections were kept for too long before this look as well, told or not. */
  readonly isOrphansBegun: boolean;
}

/** Something that came over a process between two looks, in words. */
export interface News {
  /** ms since 1970. */
  readonly at: number;
  readonly because: string;
}

/** What came suddenly and is still worth telling; null where nothing did. */
export interface Sudden {
  /** The count. */
  readonly jump: News | null;
  /** The state of many sockets of one place. */
  readonly turned: News | null;
}
