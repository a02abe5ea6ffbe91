import type { ParseFault } from './fault.ts';

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
