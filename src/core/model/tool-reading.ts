import type { ParseFault } from './fault.ts';
import type { SsRow } from './socket-row.ts';

/** What a tool said, parsed, or why it said nothing. */
export type ToolReading<Row> =
  | {
      readonly kind: 'read';
      readonly rows: readonly Row[];
      readonly faults: readonly ParseFault[];
      readonly tookMs: number | null;
    }
  | { readonly kind: 'skipped'; readonly because: string }
  | { readonly kind: 'denied'; readonly because: string }
  | { readonly kind: 'unavailable'; readonly because: string }
  | { readonly kind: 'timed-out'; readonly afterMs: number }
  | { readonly kind: 'failed'; readonly because: string };

type Read<Row> = Extract<ToolReading<Row>, { kind: 'read' }>;

/** What ss said; `knowsMptcp` is false for an ss before iproute2 5.10, whose silence about MPTCP says nothing. */
export type SsReading =
  | (Read<SsRow> & { readonly knowsMptcp: boolean })
  | Exclude<ToolReading<SsRow>, { kind: 'read' }>;
