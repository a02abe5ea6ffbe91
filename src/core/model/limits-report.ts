import type { Limits } from './limits.ts';
import type { Quota } from './quota.ts';

/** What `fdleak limits --json` prints: every limit that "too many open files" may mean. What is not known is null. */
export interface LimitsReport {
  readonly schema: 'fdleak.limits/1';
  readonly pid: number;
  readonly comm: string;
  readonly limits: Limits;
  readonly system: SystemLimits;
  readonly inotify: InotifyQuota;
  readonly epoll: EpollQuota;
  /** Every limit beside RLIMIT_NOFILE, those of a user over all processes of that user. */
  readonly quotas: readonly Quota[];
  /** The change that `--raise` made; null when none was asked for. */
  readonly raised: Raised | null;
}

/** What `fdleak limits --json` prints without a pid: the limits that all processes share. */
export interface MachineLimits {
  readonly schema: 'fdleak.machine-limits/1';
  readonly host: string;
  readonly system: SystemLimits;
  readonly quotas: readonly Quota[];
}

export interface SystemLimits {
  /** `fs.nr_open`: no hard limit can be above it. */
  readonly nrOpen: number | null;
  /** `fs.file-nr`: open files of the whole machine, and `fs.file-max`. */
  readonly openFiles: number | null;
  readonly fileMax: number | null;
}

/** Quotas are per user; the counts are those of this process alone. */
export interface InotifyQuota {
  readonly instances: number | null;
  readonly watches: number | null;
  readonly maxUserInstances: number | null;
  readonly maxUserWatches: number | null;
}

export interface EpollQuota {
  readonly sets: number | null;
  readonly watches: number | null;
  readonly maxUserWatches: number | null;
}

export interface Raised {
  readonly before: Pick<Limits, 'soft' | 'hard'>;
  readonly after: Pick<Limits, 'soft' | 'hard'>;
}
