import type { Descriptor } from './descriptor.ts';
import type { ProcessIdentity } from './process.ts';

/** One side of a comparison. */
export interface DiffSide {
  readonly process: ProcessIdentity;
  readonly takenAt: string;
  readonly bootId: string | null;
}

export interface Change {
  readonly before: Descriptor;
  readonly after: Descriptor;
}

/** The document `fdleak.diff/1`: what came, what went, what became something else. */
export interface Diff {
  readonly schema: 'fdleak.diff/1';
  readonly before: DiffSide;
  readonly after: DiffSide;
  /** Object by object for the same process; by kind, normalised target and verdict for another. */
  readonly by: 'object' | 'likeness';
  readonly added: readonly Descriptor[];
  readonly removed: readonly Descriptor[];
  /** The same object with another verdict or state; none where objects cannot be told. */
  readonly changed: readonly Change[];
  readonly stayed: number;
}
