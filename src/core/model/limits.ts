/** A resource limit: a number, or no limit at all. */
export type Limit = number | 'unlimited';

/** RLIMIT_NOFILE of a process and how far it is used. */
export interface Limits {
  readonly soft: Limit | null;
  readonly hard: Limit | null;
  /** Open descriptors, from the size of `/proc/<pid>/fd` (Linux >= 6.2) or by counting. */
  readonly open: number | null;
  /** Descriptor numbers below `soft` that are not in use. */
  readonly free: number | null;
  /** `open / soft`, 0.0713 is 7.13 %. */
  readonly utilization: number | null;
  readonly highestFd: number | null;
  /** `FDSize` of `/proc/<pid>/status`: the largest the table has been, rounded up by the kernel. */
  readonly peakTableSize: number | null;
}
