import { KINDS, type Kind } from './descriptor.ts';
import { VERDICTS, type VerdictName } from './verdict.ts';

/** What a budget can count: `epoll`, `orphaned`. No kind has the name of a verdict. */
export type Subject = Kind | VerdictName;

export const SUBJECTS: readonly Subject[] = [...VERDICTS, ...KINDS];

/** Whether a budget may name it: a kind or a verdict. */
export function isSubject(text: string): text is Subject {
  return SUBJECTS.some((subject) => subject === text);
}

/** Kinds and verdicts share no name. */
export function isVerdictName(subject: Subject): subject is VerdictName {
  return VERDICTS.some((verdict) => verdict === subject);
}

/** At most so many descriptors, or so much of the soft limit. */
export type MaxOpen =
  | { readonly kind: 'count'; readonly count: number }
  | { readonly kind: 'percent'; readonly percent: number };

/** Descriptors that a budget leaves out of account: `path:/var/log/*`, `peer:10.0.0.5:*`, `kind:eventfd`. */
export interface IgnorePattern {
  readonly field: 'path' | 'peer' | 'kind' | 'verdict' | 'port';
  readonly glob: string;
}

/** How many descriptors a process may have, as flags or a budget file say. An empty budget holds always. */
export interface Budget {
  readonly maxOpen: MaxOpen | null;
  /** Descriptor numbers below the soft limit that must be free. */
  readonly minHeadroom: number | null;
  readonly max: ReadonlyMap<Subject, number>;
  readonly ignore: readonly IgnorePattern[];
}

export const EMPTY_BUDGET: Budget = { maxOpen: null, minHeadroom: null, max: new Map(), ignore: [] };
