import type { Descriptor } from '../model/descriptor.ts';
import type { Leak } from '../model/verdict.ts';

/** The members of one place. */
export interface PlaceGroup {
  readonly what: string;
  readonly where: string | null;
  readonly tid: number | null;
  readonly descriptors: readonly Descriptor[];
  /** The surest of its members. */
  readonly leak: Leak;
}
