import type { Check } from './verdict.ts';

export const SEVERITIES = ['error', 'warning', 'info'] as const;

export type Severity = (typeof SEVERITIES)[number];

/** What a finding is about. A warning about a `leak` makes suspects of the descriptors it counts. */
export type Concern = 'leak' | 'limit' | 'events' | 'space' | 'view';

/** One piece of evidence as data: `{ kind: 'accepted-on', port: 8080, listeners: [17], count: 40, … }`. Times in ms, sizes in bytes. */
export interface Fact {
  readonly kind: string;
  readonly [field: string]: unknown;
}

/** What a rule concluded. `evidence` says in words what `facts` holds as data, one for one; `advice` says what to do. */
export interface Finding {
  /** One of `FINDING_IDS`. */
  readonly id: string;
  readonly about: Concern;
  readonly severity: Severity;
  readonly count: number;
  readonly title: string;
  readonly evidence: readonly string[];
  readonly facts: readonly Fact[];
  readonly checked: readonly Check[];
  readonly advice: string;
}
