import type { Summary } from './inspection.ts';
import type { Limit } from './limits.ts';
import type { Place } from './place.ts';

/** The answer to one process, worst first; `unseen`: counted, and not judged. */
export const STANDINGS = ['leak', 'full', 'suspect', 'unseen', 'ok'] as const;

export type Standing = (typeof STANDINGS)[number];

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

/** What a place is, and how many descriptors it holds. */
export type ScanPlace = Pick<Place, 'what' | 'where' | 'count' | 'leak' | 'objects' | 'perHour'>;

/** One process of the host, as far as it was seen. */
export interface ScannedProcess extends CountedProcess {
  readonly user: string | null;
  /** Arguments included; null where they may not be read, or nobody looked. */
  readonly cmdline: readonly string[] | null;
  readonly standing: Standing;
  /** Why it was not judged; null where it was. */
  readonly because: string | null;
  readonly utilization: number | null;
  /** Numbers that are free below the soft limit. */
  readonly free: number | null;
  /** Counts by verdict; null where nobody looked. */
  readonly byVerdict: Summary['byVerdict'];
  /** What weighs most comes first; empty where nobody looked closely. */
  readonly places: readonly ScanPlace[];
  /** Ids of the findings that are warnings or errors. */
  readonly findings: readonly string[];
  /** Descriptors that `--holding` asks for; null without it, or where nobody looked. */
  readonly holding: number | null;
}

export interface ScanGroup {
  readonly name: string;
  readonly processes: number;
  readonly open: number | null;
  /** Counts by standing, without those that have none. */
  readonly standings: Readonly<Partial<Record<Standing, number>>>;
  readonly worst: ScannedProcess;
}

export const GROUPINGS = ['unit', 'container', 'user', 'name'] as const;

export type Grouping = (typeof GROUPINGS)[number];

/** The document of `fdleak scan --json`. */
export interface Scan {
  readonly schema: 'fdleak.scan/1';
  readonly version: string;
  readonly host: string;
  readonly takenAt: string;
  readonly tookMs: number;
  readonly options: {
    readonly withinMs: number;
    readonly settleMs: number;
    readonly min: number;
    readonly by: Grouping | null;
    readonly holding: string | null;
  };
  /** Open files of the machine, and how many there may be. */
  readonly machine: { readonly open: number | null; readonly most: number | null };
  readonly summary: {
    readonly processes: number;
    readonly standings: Readonly<Partial<Record<Standing, number>>>;
    /** Looked at, descriptor by descriptor. */
    readonly looked: number;
    /** Of those, by the kernel's walk alone, which saw nothing that a closer look could accuse: their places are not told. */
    readonly plain: number;
    /** Neither near a limit nor large enough for a look. */
    readonly small: number;
    /** Not looked at before the time was over. */
    readonly notReached: number;
    /** Their descriptors may not be listed by this user. */
    readonly denied: number;
    /** Came to their end meanwhile. */
    readonly ended: number;
    /** Processes that /proc hides; null where nobody can say. */
    readonly hidden: number | null;
  };
  /** Worst first. */
  readonly processes: readonly ScannedProcess[];
  /** With `--by`; null without. */
  readonly groups: readonly ScanGroup[] | null;
}
