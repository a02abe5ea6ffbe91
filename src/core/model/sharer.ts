/** What a process is to the one that is looked at. */
export type Relation = 'parent' | 'child' | 'sibling' | 'other';

/** A descriptor of another process that leads to the same open file: it stays open until both are closed. */
export interface Sharer {
  readonly pid: number;
  readonly comm: string;
  readonly fd: number;
  readonly relation: Relation;
  /** Whether it runs another executable; null where either may not be read. */
  readonly isOtherProgram: boolean | null;
}

/** Who else holds the open files of a process. */
export interface Sharers {
  /** By `fdKey`, the nearest relation first. */
  readonly byKey: ReadonlyMap<string, readonly Sharer[]>;
  /** Whether every process could be looked at: only then is a socket that nobody was found to hold this process's alone. */
  readonly isWhole: boolean;
}
