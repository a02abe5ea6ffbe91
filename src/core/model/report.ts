import type { AlertRecord, HistoryEvent } from './history.ts';
import type { Life } from './life.ts';
import type { Segment } from './segment.ts';
import type { Limit } from './limits.ts';
import type { LimitRun } from './limit-run.ts';
import type { SubjectKind, Trend } from './trend.ts';
import type { JudgedPlace } from './turnover.ts';
import type { Conclusion } from './watch.ts';

/** One count over time, in bins of equal length: `low` and `high` are null where nothing was seen. */
export interface Series {
  readonly subject: string;
  readonly of: SubjectKind;
  readonly low: readonly (number | null)[];
  readonly high: readonly (number | null)[];
}

/** What a history tells: everything a renderer needs, times in ms since 1970. */
export interface HistoryReport {
  readonly version: string;
  readonly path: string;
  readonly sizeBytes: number;
  /** The watch that writes it now; null when none does. */
  readonly writer: number | null;
  /** Null of an empty history. After `until`, nothing was seen since. */
  readonly since: number | null;
  readonly until: number | null;
  readonly samples: number;
  readonly segments: readonly Segment[];
  readonly events: readonly HistoryEvent[];
  readonly alerts: readonly AlertRecord[];
  /** Lives with a suspect verdict, or of the one descriptor that was asked for. */
  readonly suspects: readonly Life[];
  readonly trends: readonly Trend[];
  /** Every place of the latest process, with its turnover over all that is kept of it, the largest first. */
  readonly places: readonly JudgedPlace[];
  readonly series: readonly Series[];
  /** What the largest places held over the same time. */
  readonly placeSeries: readonly Series[];
  /** Orphans that are open at the end and have been dead for ten minutes. */
  readonly oldOrphans: number;
  /** The count and the soft limit at the end. */
  readonly open: number;
  readonly soft: Limit | null;
  /** Since when the process is at its limit; null where it is not, or was not at the end. */
  readonly atLimit: LimitRun | null;
  /** Whether a leak was established: old orphans, or growth that no load explains. */
  readonly leak: boolean;
  readonly conclusion: Conclusion;
}
