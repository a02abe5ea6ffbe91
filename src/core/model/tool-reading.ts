import type { ParseFault } from './fault.ts';
import type { SsRow } from './tool-row.ts';

/** What a tool said, parsed. */
export interface Said<Row> {
  readonly kind: 'read';
  readonly rows: readonly Row[];
  readonly faults: readonly ParseFault[];
  readonly tookMs: number | null;
}

/** Why it said nothing. */
export type Unsaid =
  | { readonly kind: 'skipped'; readonly because: string }
  | { readonly kind: 'denied'; readonly because: string }
  | { readonly kind: 'unavailable'; readonly because: string }
  | { readonly kind: 'timed-out'; readonly afterMs: number }
  | { readonly kind: 'failed'; readonly because: string };

export type ToolReading<Row> = Said<Row> | Unsaid;

/** What ss said; `knowsMptcp` is false for an ss before iproute2 5.10, whose silence about MPTCP says nothing. */
export interface SsSaid extends Said<SsRow> {
  readonly knowsMptcp: boolean;
}

export type SsReading = SsSaid | Unsaid;
