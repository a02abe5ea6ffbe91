import { type Finding, SEVERITIES } from '../model/finding.ts';
import { ACCEPT_QUEUE_FULL } from './accept-queue-full.ts';
import { applyRule, type Case, type Rule } from './case.ts';
import { DELETED_FILES_HELD } from './deleted-files-held.ts';
import { DESCRIPTORS_UNWATCHED } from './descriptors-unwatched.ts';
import { DUPLICATED_MANY_TIMES } from './duplicated-many-times.ts';
import { EVENTS_UNATTENDED } from './events-unattended.ts';
import { EPOLL_STALE } from './epoll-stale.ts';
import { FAILED_CONNECTS_KEPT } from './failed-connects-kept.ts';
import { HALF_CLOSED_PILE_UP } from './half-closed-pile-up.ts';
import { INHERITED_DESCRIPTORS } from './inherited-descriptors.ts';
import { INHERITED_SOCKETS } from './inherited-sockets.ts';
import { NAMESPACES_HELD } from './namespaces-held.ts';
import { LOW_SOFT_LIMIT } from './low-soft-limit.ts';
import { NEAR_LIMIT } from './near-limit.ts';
import { NEAR_QUOTA } from './near-quota.ts';
import { ENDED_PROCESSES_HELD } from './ended-processes-held.ts';
import { DESCRIPTORS_IN_FLIGHT } from './descriptors-in-flight.ts';
import { PIPES_WITHOUT_END } from './pipes-without-end.ts';
import { TERMINALS_WITHOUT_SESSION } from './terminals-without-session.ts';
import { UNIX_PEERS_GONE } from './unix-peers-gone.ts';
import { OLD_WORKERS } from './old-workers.ts';
import { OPENED_MANY_TIMES } from './opened-many-times.ts';
import { MUTE_CONNECTIONS } from './mute-connections.ts';
import { SILENT_CONNECTIONS } from './silent-connections.ts';
import { UNANSWERED_CONNECTIONS } from './unanswered-connections.ts';
import { UNREAD_DATA } from './unread-data.ts';
import { CLIENTS_WAITING } from './clients-waiting.ts';
import { LISTENERS_UNATTENDED } from './listeners-unattended.ts';
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
  OPENED_MANY_TIMES,
  DUPLICATED_MANY_TIMES,
  ENDED_PROCESSES_HELD,
  PIPES_WITHOUT_END,
  TERMINALS_WITHOUT_SESSION,
  UNIX_PEERS_GONE,
  EVENTS_UNATTENDED,
  UNREAD_DATA,
  UNANSWERED_CONNECTIONS,
  MUTE_CONNECTIONS,
  SILENT_CONNECTIONS,
  LISTENERS_UNATTENDED,
  NAMESPACES_HELD,
  INHERITED_DESCRIPTORS,
  INHERITED_SOCKETS,
  UNLISTED_SOCKETS,
  NEAR_LIMIT,
  NEAR_QUOTA,
  LOW_SOFT_LIMIT,
  ACCEPT_QUEUE_FULL,
  CLIENTS_WAITING,
  DESCRIPTORS_IN_FLIGHT,
  OLD_WORKERS,
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
