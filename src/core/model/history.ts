import type { Gap, Sample, Segment } from './sample.ts';
import type { Endpoint } from './socket.ts';

/** Something that happened to the target or to the watch. */
export type HistoryEvent =
  | { readonly kind: 'segment'; readonly at: number; readonly segment: number; readonly because: string }
  | ({ readonly kind: 'gap'; readonly at: number; readonly because: string } & Gap)
  | { readonly kind: 'note'; readonly at: number; readonly because: string };

/** From `at` on the descriptor had this verdict. */
export interface VerdictChange {
  readonly at: number;
  readonly verdict: string;
}

/**
 * One descriptor from its first to its last look. `id` is the watch's own number for it: a descriptor
 * number is used again, an inode too.
 */
export interface Life {
  readonly id: number;
  readonly segment: number;
  readonly fd: number;
  readonly tid: number | null;
  readonly inode: string | null;
  readonly kind: string;
  readonly target: string;
  /** Where it came from or leads to, in words that those share that come from one place; null in a history that knows none. */
  readonly place: string | null;
  readonly firstSeen: number;
  /** null while it is open. A reader takes the last full look of the segment. */
  readonly lastSeen: number | null;
  /** The first is the verdict at `firstSeen`; the last is the present one. */
  readonly verdicts: readonly VerdictChange[];
  /** Whether any of its verdicts was a suspect: those lives are kept longest. */
  readonly suspect: boolean;
  readonly local: Endpoint | null;
  readonly remote: Endpoint | null;
  /** The last peer it was seen with: a dead socket has none of its own any more. */
  readonly lastPeer: Endpoint | null;
  readonly acceptedOn: Endpoint | null;
}

/** An alert from its opening to its end. Writing it again with the same id replaces it. */
export interface AlertRecord {
  readonly id: string;
  readonly rule: string;
  readonly severity: 'warning' | 'critical';
  readonly openedAt: number;
  /** null while it stands. */
  readonly resolvedAt: number | null;
  readonly lastNotifiedAt: number | null;
  readonly because: string;
}

/** A whole inspection, kept for an alert: any JSON text. */
export interface EvidenceRecord {
  readonly at: number;
  readonly alert: string;
  readonly json: string;
}

/** All that one tick adds to a history: it is stored whole or not at all. */
export interface TickRecord {
  readonly segments: readonly Segment[];
  readonly sample: Sample | null;
  readonly events: readonly HistoryEvent[];
  /** Lives that began, changed or ended. */
  readonly lives: readonly Life[];
  readonly alerts: readonly AlertRecord[];
  readonly evidence: readonly EvidenceRecord[];
}

/** Who writes a history: together the three tell a process from any other, also after a restart of the machine. */
export interface Owner {
  readonly pid: number;
  readonly startTicks: number;
  readonly bootId: string;
}
