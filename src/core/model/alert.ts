import type { Limit } from './limits.ts';
import type { HoursToLimit } from './trend.ts';
import type { JudgedPlace } from './turnover.ts';

export const ALERT_RULES = ['near-limit', 'exhaustion-in', 'orphans', 'growth', 'jump', 'turned'] as const;

export type AlertRule = (typeof ALERT_RULES)[number];

export type AlertSeverity = 'warning' | 'critical';

/** What an alert is about. */
export interface AlertSubject {
  readonly host: string;
  readonly pid: number | null;
  readonly comm: string;
  readonly cmdline: readonly string[] | null;
  readonly open: number | null;
  readonly soft: Limit | null;
  readonly places: readonly JudgedPlace[];
  /** Until the limit that comes first is reached. */
  readonly hoursToLimit: HoursToLimit | null;
  /** Its name: `limit 1024`, or a quota. */
  readonly limitName: string | null;
  /** The path of the history; null where none is kept. */
  readonly history: string | null;
}

/**
 * What one rule says now. `severity` null: nothing. `hold`: the severity an open alert keeps until the value is clearly on the other
 * side, so that one that moves around a threshold does not open and resolve all the time; null: it may resolve.
 */
export interface Condition {
  readonly rule: AlertRule;
  readonly severity: AlertSeverity | null;
  readonly hold: AlertSeverity | null;
  readonly because: string;
}
