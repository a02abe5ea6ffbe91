/** Since when a process has no descriptor left, ms since 1970. */
export interface LimitRun {
  /** The last sample that had one; null where every sample that is kept was at the limit. */
  readonly after: number | null;
  /** The first sample that had none. */
  readonly since: number;
}
