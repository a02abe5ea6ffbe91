import type { Assertion } from '../model/assertion.ts';
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
  const name = 'max open';
  const share = max.kind === 'percent' ? ` (${max.percent} % of the soft limit ${soft ?? '?'})` : '';
  const most = toMost(max, soft);
  if (most === null) {
    return {
      ...NONE,
      name,
      expected: `<= ${max.kind === 'percent' ? max.percent : 0} % of the soft limit`,
      found: open,
      because: soft === 'unlimited' ? 'there is no soft limit to take a share of' : 'the soft limit could not be read',
    };
  }
  const expected = `<= ${most}${share}`;
  if (open === null) return { ...NONE, name, expected, because: because ?? 'the descriptors could not be counted' };
  return {
    name,
    expected,
    found: open,
    result: open <= most ? 'passed' : 'failed',
    because: `${open} descriptors are open`,
    descriptors: [],
  };
}

/** The number of descriptors that a limit allows; null where it is a share of an unknown. */
function toMost(max: MaxOpen, soft: Limit | null): number | null {
  if (max.kind === 'count') return max.count;
  return typeof soft === 'number' ? Math.floor((soft * max.percent) / 100) : null;
}

/** `--min-headroom 64`: so many numbers below the soft limit must be free. */
export function assertMinHeadroom(min: number, { open, soft, free, because }: OpenCount): Assertion {
  const name = 'min headroom';
  const expected = `>= ${min}`;
  if (soft === 'unlimited')
    return { name, expected, found: null, result: 'passed', because: 'there is no soft limit', descriptors: [] };
  if (soft === null) return { ...NONE, name, expected, because: 'the soft limit could not be read' };
  if (free === null) {
    // Descriptors above a limit that was lowered take no number below it, so there are at least this many.
    const atLeast = open === null ? null : soft - open;
    if (atLeast === null || atLeast < min)
      return { ...NONE, name, expected, because: because ?? 'the descriptor numbers could not be listed' };
    return {
      name,
      expected,
      found: atLeast,
      result: 'passed',
      because: `at least ${atLeast} of ${soft} are free`,
      descriptors: [],
    };
  }
  return {
    name,
    expected,
    found: free,
    result: free >= min ? 'passed' : 'failed',
    because: `${free} of ${soft} are free`,
    descriptors: [],
  };
}

const NONE = { found: null, result: 'undecidable', descriptors: [] } as const;
