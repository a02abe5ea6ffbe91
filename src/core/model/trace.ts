import type { TraceFrame } from './birth.ts';

export const ENGINES = ['bpftrace', 'strace'] as const;

export type Engine = (typeof ENGINES)[number];

/** A call and a stack that made descriptors, some of which stayed. */
export interface BirthSite {
  readonly call: string;
  readonly opened: number;
  readonly stayed: number;
  readonly fds: readonly number[];
  /** What they are, the most first: `dead tcp accepted on :8080`. */
  readonly places: readonly { readonly what: string; readonly where: string | null; readonly count: number }[];
  /** The first call of the program itself; null where the stack ends before it. */
  readonly at: TraceFrame | null;
  readonly frames: readonly TraceFrame[];
}

/** The document `fdleak.trace/1`. */
export interface Trace {
  readonly schema: 'fdleak.trace/1';
  readonly version: string;
  readonly process: { readonly pid: number; readonly comm: string; readonly exe: string | null };
  readonly engine: Engine;
  readonly startedAt: string;
  readonly tookMs: number;
  /** Descriptors that were made. */
  readonly opened: number;
  /** Of those, how many are open at the end. */
  readonly stayed: number;
  readonly sites: readonly BirthSite[];
  /** Open at the end and not at the beginning, but made by no call that was seen: received over a socket, by io_uring, or dropped. */
  readonly unseen: readonly number[];
  /** Whether stacks reach the program: they do not where an interpreter or an event loop makes the calls. */
  readonly isInterpreted: boolean;
  /** What limits the result, in words. */
  readonly notes: readonly string[];
  /** Whether the process runs on as before; null where it has ended. */
  readonly runsOn: boolean | null;
}

/** Whether all stacks end before the program's own calls, though it has some: libraries without frame pointers. */
export function isCutShort({ engine, stayed, sites, isInterpreted }: Trace): boolean {
  return engine === 'bpftrace' && stayed > 0 && !isInterpreted && sites.every(({ at }) => at === null);
}
