import type { Limit } from './limits.ts';

/** The container that a process lives in, as its cgroup names it. */
export interface Container {
  /** 64 hex digits, or the name that the runtime gives. */
  readonly id: string;
  /** Of Kubernetes. */
  readonly podUid: string | null;
  /** `namespace/name`, where the logs of pods may be listed. */
  readonly pod: string | null;
}

/** What may be had of a process without a look at any descriptor. */
export interface CountedProcess {
  readonly pid: number;
  readonly comm: string;
  readonly startTicks: number;
  readonly uid: number | null;
  readonly pidInNamespace: number | null;
  readonly unit: string | null;
  readonly container: Container | null;
  /** null where nobody may count them: another user's process before Linux 6.2. */
  readonly open: number | null;
  readonly soft: Limit | null;
  readonly hard: Limit | null;
}
