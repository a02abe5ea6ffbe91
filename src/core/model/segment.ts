import type { Limit } from './limits.ts';

/** Why a new segment began: values before and after it are not one line. */
export type SegmentCause = 'first-look' | 'restart' | 'exec' | 'limit-changed' | 'pid-reused' | 'boot';

/** What a tick found of the process; a change of any of it begins a segment. */
export interface SegmentKey {
  readonly pid: number;
  readonly startTicks: number;
  readonly bootId: string;
  readonly comm: string;
  readonly exe: string | null;
  readonly soft: Limit | null;
  readonly hard: Limit | null;
}

/** A stretch of samples of one process under one limit. */
export interface Segment extends SegmentKey {
  /** Counted up from 1 within one history. */
  readonly id: number;
  readonly from: number;
  readonly because: SegmentCause;
}

/** A stretch nobody watched, or whose clock cannot be trusted. */
export interface Gap {
  readonly from: number;
  readonly until: number;
}
