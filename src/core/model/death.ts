import type { Cause } from './verdict.ts';

/** What the kernel's own walk knows of a connection that is over. Ages are ms before the walk ended. */
export interface Death {
  readonly cause: Cause;
  /** `ECONNRESET`; null where no error waits to be read, and for a number without a name. */
  readonly errorName: string | null;
  /** Dead for no less and no more than this; null where there is no such bound. Equal: known to the moment. */
  readonly atLeastMs: number | null;
  readonly atMostMs: number | null;
}
