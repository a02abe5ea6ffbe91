import { type Finding, FINDING_IDS, type FindingId, SEVERITIES } from '../model/finding.ts';
import { findAcceptQueueFull } from './accept-queue-full.ts';
import type { Case, Rule } from './case.ts';
import { findDeletedFilesHeld } from './deleted-files-held.ts';
import { findDescriptorsUnwatched } from './descriptors-unwatched.ts';
import { findEpollStale } from './epoll-stale.ts';
import { findFailedConnectsKept } from './failed-connects-kept.ts';
import { findHalfClosedPileUp } from './half-closed-pile-up.ts';
import { findLowSoftLimit } from './low-soft-limit.ts';
import { findNearLimit } from './near-limit.ts';
import { findOrphanedSockets } from './orphaned-sockets.ts';
import { findOtherThreadTables } from './other-thread-tables.ts';
import { findPartialView } from './partial-view.ts';
import { findPeerClosedPileUp } from './peer-closed-pile-up.ts';
import { findUnlistedSockets } from './unlisted-sockets.ts';

/** One rule for each finding: a new one is a file, a page in `docs/findings/` and a line here. */
export const RULES = {
  'orphaned-sockets': findOrphanedSockets,
  'peer-closed-pile-up': findPeerClosedPileUp,
  'half-closed-pile-up': findHalfClosedPileUp,
  'failed-connects-kept': findFailedConnectsKept,
  'unlisted-sockets': findUnlistedSockets,
  'near-limit': findNearLimit,
  'low-soft-limit': findLowSoftLimit,
  'accept-queue-full': findAcceptQueueFull,
  'deleted-files-held': findDeletedFilesHeld,
  'epoll-stale': findEpollStale,
  'descriptors-unwatched': findDescriptorsUnwatched,
  'other-thread-tables': findOtherThreadTables,
  'partial-view': findPartialView,
} as const satisfies Record<FindingId, Rule>;

/** Asks every rule: errors first, then warnings, then information, each in the order of the list of findings. */
export function diagnose(subject: Case): Finding[] {
  const findings = FINDING_IDS.flatMap((id) => RULES[id](subject) ?? []);
  return SEVERITIES.flatMap((severity) => findings.filter((finding) => finding.severity === severity));
}
