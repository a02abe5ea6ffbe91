import type { Frame, StackSource } from './stacks.ts';

/** One text that stacks were looked for in: a file, a URL, a part of saved text. */
export interface StackRead {
  /** `goroutine.txt`, `http://127.0.0.1:6060/debug/pprof/goroutine?debug=1`. */
  readonly name: string;
  /** What printed it; null where nothing was recognised, or it was refused. */
  readonly tool: StackSource | null;
  /** Threads, goroutines or handles in it; null where there is none. */
  readonly total: number | null;
  /** Why it was not used; null where it was. */
  readonly because: string | null;
}

/**
 * What ties a stack to descriptors: `thread`: the kernel says that this thread waits on them. `handle`: the runtime's own report
 * names them. `count`: as many stacks stand at one place as there are descriptors. `near-count`: nearly as many.
 */
export type HeldBy = 'thread' | 'handle' | 'count' | 'near-count';

/** Who probably holds the descriptors of a place. */
export interface StackMatch {
  readonly what: string;
  readonly where: string | null;
  /** Descriptors of the place. */
  readonly descriptors: number;
  readonly by: HeldBy;
  /** Threads, goroutines or handles that stand there. */
  readonly stacks: number;
  readonly unit: 'goroutine' | 'thread' | 'handle';
  /** Descriptors that a thread waits on, or a handle owns; null where only numbers were compared. */
  readonly fds: readonly number[] | null;
  /** Threads that wait on them, by the numbers of this host; null where only numbers were compared. */
  readonly tids: readonly number[] | null;
  /** Descriptors of the place that no handle owns; null where handles were not compared. */
  readonly unowned: readonly number[] | null;
  /** How many stacks would fit this place as well, this one included. */
  readonly candidates: number;
  /** `chan receive`, `receive`: what they are blocked in; null where that is not told. */
  readonly blockedIn: string | null;
  /** The shortest and the longest wait, in whole minutes; null where none is known. */
  readonly waitingMinutes: { readonly least: number; readonly most: number } | null;
  /** The first call outside of runtime and standard library; null where there is none. */
  readonly at: Frame | null;
  /** The innermost first; empty for handles. */
  readonly frames: readonly Frame[];
  /** How many stood there in each profile, in the order given; null for one profile. */
  readonly growth: readonly number[] | null;
}

/** Stacks whose number rose from profile to profile and never fell. */
export interface GrowingStack {
  readonly counts: readonly number[];
  readonly unit: 'goroutine' | 'thread';
  readonly at: Frame | null;
}

/** What stacks say of the descriptors of a process: who holds them. */
export interface Holders {
  readonly reads: readonly StackRead[];
  /** The surest first. */
  readonly matches: readonly StackMatch[];
  readonly growing: readonly GrowingStack[];
  /** Why nothing matched; null where something did. */
  readonly because: string | null;
}
