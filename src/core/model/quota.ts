import type { HoursToLimit } from './trend.ts';

/** A limit of the user, not of the process. */
export interface QuotaUse {
  /** `fs.inotify.max_user_instances` */
  readonly name: string;
  readonly limit: number;
  /** At least so many are in use by this user. */
  readonly used: number;
  readonly uid: number;
}

/** A quota that something here grows towards. */
export interface QuotaTrend extends QuotaUse {
  readonly hoursToLimit: HoursToLimit;
}
