/** One call of the stack that a descriptor was made in, the innermost first. */
export interface TraceFrame {
  readonly function: string | null;
  /** The file that it was loaded from: `/usr/bin/relay`, `/lib/x86_64-linux-gnu/libc.so.6`; null where that is not known. */
  readonly module: string | null;
  /** Where in that file, as its symbols are numbered; null where only an address in memory is known. */
  readonly offset: number | null;
  readonly address: number | null;
  readonly file: string | null;
  readonly line: number | null;
}

/** How a descriptor came to be. */
export interface Birth {
  /** `openat`, `accept4`. */
  readonly call: string;
  readonly frames: readonly TraceFrame[];
}

/** What an engine saw from when it was attached until it was detached. */
export interface BirthLog {
  /** Calls that made a descriptor. */
  readonly opened: number;
  /** The last birth of each number that was not closed again, as far as it was seen. */
  readonly alive: ReadonlyMap<number, Birth>;
  /** How many each call and stack made. */
  readonly sites: readonly (Birth & { readonly count: number })[];
  /** Whether the process replaced its program: stacks of before name functions of another. */
  readonly executed: boolean;
  /** Whether the engine told all it saw: one that is killed does not. */
  readonly isWhole: boolean;
  /** What the engine complained of. */
  readonly complaints: readonly string[];
}

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
