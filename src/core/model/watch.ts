import type { HistoryEvent } from './history.ts';
import type { Life } from './life.ts';
import type { Counts, Sample } from './sample.ts';
import type { LimitRun } from './limit-run.ts';
import type { QuotaTrend } from './quota.ts';
import type { Endpoint } from './socket.ts';
import type { Trend } from './trend.ts';
import type { JudgedPlace } from './turnover.ts';

/** A descriptor that may be leaked, as a watch shows it. */
export interface Suspect {
  readonly fd: number;
  readonly inode: string | null;
  readonly verdict: string;
  /** From when on it had this verdict, ms since 1970. */
  readonly since: number;
  readonly firstSeen: number;
  readonly local: Endpoint | null;
  readonly lastPeer: Endpoint | null;
  readonly acceptedOn: Endpoint | null;
}

/**
 * What a watch comes to. `at-limit`: no descriptor is left. `growing`: something grows, and it may be load. `cannot-tell`: descriptors were only counted, or are orphans too
 * young to tell, or rose in too few looks. `not-seen`: there was no such process.
 */
export type Conclusion = 'at-limit' | 'leak' | 'growing' | 'cannot-tell' | 'not-seen' | 'no-leak';

/** Why descriptors can be counted and not be seen, and what would help. */
export interface Blindness {
  readonly because: string;
  readonly remedy: string;
}

/** Where the history of a watch is, and what keeps it from being written. */
export interface HistoryStatus {
  /** null: the watch keeps nothing. */
  readonly path: string | null;
  readonly sizeBytes: number | null;
  readonly waiting: number;
  readonly dropped: number;
  /** Why it is not written; null while every tick is stored. How many wait is `waiting`. */
  readonly trouble: string | null;
}

export interface OpenAlert {
  readonly id: string;
  readonly rule: string;
  readonly severity: 'warning' | 'critical';
  readonly openedAt: number;
  readonly because: string;
}

/** Everything a watch knows after a tick: what screen, lines and ndjson are made of. */
export interface WatchState {
  readonly at: number;
  readonly startedAt: number;
  readonly ticks: number;
  readonly intervalMs: number;
  readonly host: string;
  readonly pid: number | null;
  /** null where it could not be read. */
  readonly cmdline: readonly string[] | null;
  /** The present name of the process; before it was seen, how it is looked for. */
  readonly comm: string;
  /** null: the target was not running at this tick. */
  readonly sample: Sample | null;
  /** The counts of the latest full look, and of the first of this watch. */
  readonly byVerdict: Counts;
  readonly firstByVerdict: Counts;
  /** null where the latest full look saw every descriptor, and before the first. */
  readonly blind: Blindness | null;
  readonly trends: readonly Trend[];
  /** Every place with its turnover, the largest first, as of the latest measurement of the trends. */
  readonly places: readonly JudgedPlace[];
  readonly suspects: readonly Suspect[];
  /** The lives of all that is open and was seen twice. */
  readonly openLives: () => readonly Life[];
  /** A quota of the user that something here grows towards; null where none is known. */
  readonly quota: QuotaTrend | null;
  /** Since when the process is at its limit; null where it is not. */
  readonly atLimit: LimitRun | null;
  /** Orphans that have been dead for `--orphan-age`. */
  readonly oldOrphans: number;
  readonly groups: readonly string[];
  readonly events: readonly HistoryEvent[];
  readonly alerts: readonly OpenAlert[];
  /** A full look every so many ticks. */
  readonly fullEvery: number;
  readonly history: HistoryStatus;
  /** The latest samples, for a chart. */
  readonly recent: readonly Sample[];
}

/** What became of an alert at a tick. */
export interface AlertNotice extends OpenAlert {
  readonly is: 'opened' | 'worse' | 'again' | 'resolved';
  readonly at: number;
}
