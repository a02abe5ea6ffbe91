import type { Standing, ScannedProcess } from './scanned-process.ts';
import type { ScanGroup, Grouping } from './scan-group.ts';

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
