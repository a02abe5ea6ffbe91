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
