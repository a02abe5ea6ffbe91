import { type Finding, SEVERITIES } from '../model/finding.ts';
import { ACCEPT_QUEUE_FULL } from './accept-queue-full.ts';
import { applyRule, type Case, type Rule } from './case.ts';
import { DELETED_FILES_HELD } from './deleted-files-held.ts';
import { DESCRIPTORS_UNWATCHED } from './descriptors-unwatched.ts';
import { EPOLL_STALE } from './epoll-stale.ts';
import { FAILED_CONNECTS_KEPT } from './failed-connects-kept.ts';
import { HALF_CLOSED_PILE_UP } from './half-closed-pile-up.ts';
import { LOW_SOFT_LIMIT } from './low-soft-limit.ts';
import { NEAR_LIMIT } from './near-limit.ts';
import { ORPHANED_SOCKETS } from './orphaned-sockets.ts';
import { OTHER_THREAD_TABLES } from './other-thread-tables.ts';
import { PARTIAL_VIEW } from './partial-view.ts';
import { PEER_CLOSED_PILE_UP } from './peer-closed-pile-up.ts';
import { UNLISTED_SOCKETS } from './unlisted-sockets.ts';

/** Every finding, in the order in which they are told: a new one is a file, a page in `docs/findings/` and a line here. */
export const RULES = [
  ORPHANED_SOCKETS,
  PEER_CLOSED_PILE_UP,
  HALF_CLOSED_PILE_UP,
  FAILED_CONNECTS_KEPT,
  UNLISTED_SOCKETS,
  NEAR_LIMIT,
  LOW_SOFT_LIMIT,
  ACCEPT_QUEUE_FULL,
  DELETED_FILES_HELD,
  EPOLL_STALE,
  DESCRIPTORS_UNWATCHED,
  OTHER_THREAD_TABLES,
  PARTIAL_VIEW,
] as const satisfies readonly Rule[];

export type FindingId = (typeof RULES)[number]['id'];

export const FINDING_IDS: readonly FindingId[] = RULES.map(({ id }) => id);

/** Asks every rule: errors first, then warnings, then information, each in the order of the list of findings. */
export function diagnose(subject: Case): Finding[] {
  const findings = RULES.flatMap((rule) => applyRule(rule, subject) ?? []);
  return SEVERITIES.flatMap((severity) => findings.filter((finding) => finding.severity === severity));
}
