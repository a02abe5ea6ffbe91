/** How much could be seen: each level includes the ones before it. */
export const LEVELS = ['count', 'kinds', 'sockets', 'autopsy'] as const;

export type Level = (typeof LEVELS)[number];

export interface Capability {
  readonly level: Level;
  readonly missing: readonly Missing[];
}

/** Something that was not to be had, why, and what would make it so. */
export interface Missing {
  readonly what: string;
  readonly because: string;
  readonly remedy: string;
}

export const SOURCE_NAMES = ['proc-fd', 'proc-net', 'namespaces', 'lsof', 'ss', 'prlimit', 'autopsy'] as const;

export type SourceName = (typeof SOURCE_NAMES)[number];

/** What `--sources` chooses from. `proc` is proc-fd, proc-net and namespaces together, and always read. */
export const SOURCE_OPTIONS = ['proc', 'autopsy', 'lsof', 'ss', 'prlimit'] as const;

export type SourceOption = (typeof SOURCE_OPTIONS)[number];

export type SourceStatus = 'read' | 'partial' | 'denied' | 'unavailable' | 'failed' | 'timed-out' | 'skipped';

/** What one source counted. `matched`: its sockets that the tables list; `unmatched`: those in none. */
export interface Source {
  readonly name: SourceName;
  readonly status: SourceStatus;
  readonly descriptors: number | null;
  readonly sockets: number | null;
  readonly matched: number | null;
  readonly unmatched: number | null;
  readonly tookMs: number | null;
  readonly because: string | null;
}

export interface Disagreement {
  readonly between: readonly [SourceName, SourceName];
  readonly fds: readonly number[];
  readonly because: string;
}
