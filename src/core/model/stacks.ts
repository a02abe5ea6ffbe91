/** One call of a stack, the innermost first. */
export interface Frame {
  /** `example.com/hub/registry.(*relay).serve.func3`, `com.example.feed.Reader.loop`. */
  readonly function: string;
  /** As printed, null where the source is not known. */
  readonly file: string | null;
  readonly line: number | null;
}

/** Threads or goroutines that stand at the same place. */
export interface StackGroup {
  readonly count: number;
  /** `chan receive`, `WAITING`, `idle`; null where the dump does not tell. */
  readonly state: string | null;
  /** The shortest and the longest wait that the dump names, in whole minutes; null where none is named. */
  readonly waitingMinutes: { readonly least: number; readonly most: number } | null;
  /** Ids of goroutines or operating-system threads (`nid`, LWP), as far as they are named. */
  readonly threads: readonly number[];
  /** Names of the threads, as far as they have any: `http-worker-7`. */
  readonly names: readonly string[];
  readonly frames: readonly Frame[];
  /** The call that started it: `created by main.serve`. */
  readonly createdBy: Frame | null;
}

export const STACK_SOURCES = [
  'goroutine-profile',
  'goroutine-dump',
  'jstack',
  'py-spy',
  'faulthandler',
  'gdb-bt',
  'node-report',
] as const;

export type StackSource = (typeof STACK_SOURCES)[number];

/** All stacks of one dump, the largest group first. */
export interface Stacks {
  readonly source: StackSource;
  readonly pid: number | null;
  /** What the dump says there are, else the sum of the groups. */
  readonly total: number;
  readonly groups: readonly StackGroup[];
  /** Whether the runtime itself found these to be leaked for ever (Go's goroutineleak profile). */
  readonly saysLeaked: boolean;
}
