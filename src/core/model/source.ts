/** How much could be seen: each level includes the ones before it. */
export const LEVELS = ['count', 'kinds', 'sockets', 'autopsy'] as const;

export type Level = (typeof LEVELS)[number];

export interface Capability {
  /** What of the descriptors was not read though they are there; null where all were. */
  readonly leftOut: string | null;
  readonly level: Level;
  readonly missing: readonly Missing[];
  /** Whether the kernel's own walk is to be had; null where nothing asked for it. */
  readonly walk: boolean | null;
}

/** Something that was not to be had, why, and what would make it so. */
export interface Missing {
  /** One of `SOURCES`. */
  readonly source: string;
  readonly what: string;
  readonly because: string;
  readonly remedy: string;
}

export type SourceStatus = 'read' | 'partial' | 'denied' | 'unavailable' | 'failed' | 'timed-out' | 'skipped';

/** What a source may count: descriptors, sockets, and of these the ones that the tables list, and those in none. */
export const COUNTED = ['descriptors', 'sockets', 'matched', 'unmatched'] as const;

export type Counted = (typeof COUNTED)[number];

/** What one source counted. `matched`: its sockets that the tables list; `unmatched`: those in none. */
export interface Source {
  /** One of `SOURCES`. */
  readonly name: string;
  readonly status: SourceStatus;
  readonly descriptors: number | null;
  readonly sockets: number | null;
  readonly matched: number | null;
  readonly unmatched: number | null;
  readonly tookMs: number | null;
  readonly because: string | null;
}

export interface Disagreement {
  readonly between: readonly [string, string];
  readonly fds: readonly number[];
  readonly because: string;
}
