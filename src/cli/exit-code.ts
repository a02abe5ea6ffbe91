import type { AssertionResult } from '../core/model/assertion.ts';
import type { Inspection } from '../core/model/inspection.ts';
import type { Severity } from '../core/model/finding.ts';
import type { Conclusion } from '../core/model/watch.ts';

/** Exit statuses are an interface: scripts branch on them, so they are named and never reused. */
export const EXIT = { clean: 0, found: 1, usage: 2, cannotTell: 3, bug: 70, interrupted: 130 } as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What an assertion or comparison ends with. */
export const EXIT_OF_RESULT = {
  passed: EXIT.clean,
  failed: EXIT.found,
  undecidable: EXIT.cannotTell,
} as const satisfies Record<AssertionResult, ExitCode>;

/** What a watch ends with, and a report of it. */
export const EXIT_OF_WATCH = {
  'at-limit': EXIT.found,
  leak: EXIT.found,
  growing: EXIT.clean,
  'no-leak': EXIT.clean,
  'cannot-tell': EXIT.cannotTell,
  'not-seen': EXIT.cannotTell,
} as const satisfies Record<Conclusion, ExitCode>;

export const FAIL_ON = ['error', 'warning', 'never'] as const;

export type FailOn = (typeof FAIL_ON)[number];

/** What an inspection ends with: a finding that counts is 1; none, but something that could not be told, is 3. */
export function exitCodeOf(inspection: Inspection, failOn: FailOn): ExitCode {
  const counts: readonly Severity[] = failOn === 'never' ? [] : failOn === 'error' ? ['error'] : ['error', 'warning'];
  if (inspection.findings.some(({ severity }) => counts.includes(severity))) return EXIT.found;
  return canTell(inspection) ? EXIT.clean : EXIT.cannotTell;
}

/** Of several targets the worst wins: 1 over 3 over 0. */
export function worstOf(codes: readonly ExitCode[]): ExitCode {
  if (codes.includes(EXIT.found)) return EXIT.found;
  return codes.includes(EXIT.cannotTell) ? EXIT.cannotTell : EXIT.clean;
}

function canTell({ capability, summary }: Inspection): boolean {
  if (capability.level === 'count' || capability.level === 'kinds') return false;
  return (summary.byVerdict?.unlisted ?? 0) + (summary.byVerdict?.undecided ?? 0) === 0;
}
