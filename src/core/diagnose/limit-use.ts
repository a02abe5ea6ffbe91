import type { Limits } from '../model/limits.ts';

/** How much of the soft limit is used. */
export interface LimitUse {
  readonly soft: number;
  /** Numbers below the limit that are in use; where they may not be listed, all that are open: never fewer than in truth. */
  readonly used: number;
  readonly free: number;
  readonly share: number;
  /** The count exceeds the limit, which is possible only after it was lowered. */
  readonly isOver: boolean;
}

/**
 * Measures it by the numbers below the limit: RLIMIT_NOFILE bounds the highest number, not the count. Null where the limit or the
 * count is not known, or there is no limit.
 *
 * @see getrlimit(2), RLIMIT_NOFILE
 */
export function measureLimitUse({ soft, open, free }: Limits): LimitUse | null {
  if (typeof soft !== 'number') return null;
  const known = free ?? (open === null ? null : Math.max(0, soft - open));
  if (known === null) return null;
  const used = soft - known;
  const isOver = open !== null && (open > soft || (open === soft && known > 0));
  return { soft, used, free: known, share: soft === 0 ? 1 : used / soft, isOver };
}

const NEAR = 0.8;

/** From 80 % on. */
export function isNearLimit({ share, isOver }: LimitUse): boolean {
  return share >= NEAR || isOver;
}
