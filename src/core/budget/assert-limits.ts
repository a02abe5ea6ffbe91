import { type Assertion, COUNTS_NOTHING } from '../model/assertion.ts';
import type { MaxOpen } from '../model/budget.ts';
import type { Limit } from '../model/limits.ts';

/** What a count without a list can say of a process. */
export interface OpenCount {
  readonly open: number | null;
  readonly soft: Limit | null;
  /** Free numbers below the soft limit; null when only the bounds below are known. */
  readonly free: number | null;
  /** Why `open` is null. */
  readonly because: string | null;
}

/** `--max-open 200`, `--max-open 80%` of the soft limit. */
export function assertMaxOpen(max: MaxOpen, { open, soft, because }: OpenCount): Assertion {
  const most = toMost(max, soft);
  const base = {
    name: 'max open',
    subject: 'open',
    most,
    expected: sayMost(max, soft),
    found: open,
    descriptors: [],
  } as const;
  if (open === null)
    return { ...base, result: 'undecidable', because: because ?? 'the descriptors could not be counted' };
  if (most === null)
    return {
      ...base,
      result: 'undecidable',
      because: soft === 'unlimited' ? 'there is no soft limit to take a share of' : 'the soft limit could not be read',
    };
  return { ...base, result: open <= most ? 'passed' : 'failed', because: `${open} descriptors are open` };
}

/** `<= 200`, `<= 819 (80 % of the soft limit 1024)`, `<= 80 % of the soft limit` where that is unknown. */
function sayMost(max: MaxOpen, soft: Limit | null): string {
  if (max.kind === 'count') return `<= ${max.count}`;
  const share = `${max.percent} % of the soft limit`;
  const most = toMost(max, soft);
  return most === null ? `<= ${share}` : `<= ${most} (${share} ${soft})`;
}

/** The number of descriptors that a limit allows; null where it is a share of an unknown. */
function toMost(max: MaxOpen, soft: Limit | null): number | null {
  if (max.kind === 'count') return max.count;
  return typeof soft === 'number' ? Math.floor((soft * max.percent) / 100) : null;
}

/** `--min-headroom 64`: so many numbers below the soft limit must be free. */
export function assertMinHeadroom(min: number, { open, soft, free, because }: OpenCount): Assertion {
  const base = {
    ...COUNTS_NOTHING,
    name: 'min headroom',
    expected: `>= ${min}`,
    found: null,
    descriptors: [],
  } as const;
  if (soft === 'unlimited') return { ...base, result: 'passed', because: 'there is no soft limit' };
  if (soft === null) return { ...base, result: 'undecidable', because: because ?? 'the soft limit could not be read' };
  if (free === null) {
    // Descriptors above a limit that was lowered take no number below it, so there are at least this many.
    const atLeast = open === null ? null : soft - open;
    return atLeast === null || atLeast < min
      ? { ...base, result: 'undecidable', because: because ?? 'the descriptor numbers could not be listed' }
      : { ...base, found: atLeast, result: 'passed', because: `at least ${atLeast} of ${soft} are free` };
  }
  return { ...base, found: free, result: free >= min ? 'passed' : 'failed', because: `${free} of ${soft} are free` };
}
