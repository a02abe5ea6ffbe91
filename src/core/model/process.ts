/** Who was looked at. `startTicks` and the boot id tell it from a later process with the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Field 22 of `/proc/<pid>/stat`, clock ticks after boot. */
  readonly startTicks: number;
  /** ISO 8601; null where the boot time could not be read. */
  readonly startedAt: string | null;
  readonly comm: string;
  readonly exe: string | null;
  readonly cmdline: readonly string[] | null;
  readonly uid: number | null;
  readonly threads: number | null;
  /** Inode of its network namespace. */
  readonly netns: string | null;
  readonly pidInNamespace: number | null;
  readonly cgroup: string | null;
}
