import type { Check } from './verdict.ts';

export const FINDING_IDS = [
  'orphaned-sockets',
  'peer-closed-pile-up',
  'half-closed-pile-up',
  'failed-connects-kept',
  'unlisted-sockets',
  'near-limit',
  'low-soft-limit',
  'accept-queue-full',
  'deleted-files-held',
  'epoll-stale',
  'descriptors-unwatched',
  'other-thread-tables',
  'partial-view',
] as const;

export type FindingId = (typeof FINDING_IDS)[number];

export const SEVERITIES = ['error', 'warning', 'info'] as const;

export type Severity = (typeof SEVERITIES)[number];

/** What a rule concluded. `evidence` names what one would check next, `advice` what to do. */
export interface Finding {
  readonly id: FindingId;
  readonly severity: Severity;
  readonly count: number;
  readonly title: string;
  readonly evidence: readonly string[];
  readonly checked: readonly Check[];
  readonly advice: string;
}
