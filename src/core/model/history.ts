import type { Sample } from './sample.ts';
import type { Gap, Segment } from './segment.ts';
import type { Life } from './life.ts';

/** Something that happened to the target or to the watch. */
export type HistoryEvent =
  | { readonly kind: 'segment'; readonly at: number; readonly segment: number; readonly because: string }
  | ({ readonly kind: 'gap'; readonly at: number; readonly because: string } & Gap)
  | { readonly kind: 'note'; readonly at: number; readonly because: string };

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
