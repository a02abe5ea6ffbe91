import type { LimitRun } from '../model/limit-run.ts';
import type { HoursToLimit } from '../model/trend.ts';
import { toIso } from '../parse/iso-time.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** `10:07:41 UTC`; on another day than `from`, `2026-11-27 10:07 UTC`. */
export function formatClock(at: number, from: number): string {
  const iso = toIso(at);
  if (iso.slice(0, 10) === toIso(from).slice(0, 10)) return `${iso.slice(11, 19)} UTC`;
  return Math.abs(at - from) < 365 * DAY_MS ? `${iso.slice(0, 16).replace('T', ' ')} UTC` : iso.slice(0, 10);
}

/** The moments of a forecast made at `at`, ms since 1970; `latest` null where it may never come. */
export function toMoments(
  { low, expected, high }: HoursToLimit,
  at: number,
): { readonly earliest: number; readonly expected: number; readonly latest: number | null } {
  const after = (hours: number): number => Math.round(at + Math.min(hours, 1e6) * HOUR_MS);
  return { earliest: after(low), expected: after(expected), latest: high === null ? null : after(high) };
}

/** `at about 18:00:00 UTC (16:10:00 UTC to 20:30:00 UTC)`: when a limit is reached at the present pace; `now` where it is. */
export function formatLimitEnd(hours: HoursToLimit, at: number): string {
  if (hours.expected <= 0) return 'now';
  const { earliest, expected, latest } = toMoments(hours, at);
  const until = latest === null ? 'perhaps never' : formatClock(latest, at);
  return `at about ${formatClock(expected, at)} (${formatClock(earliest, at)} to ${until})`;
}

/** `since 10:07:41 UTC (between 10:07:31 UTC and 10:07:41 UTC)` */
export function saySinceLimit({ after, since }: LimitRun, at: number): string {
  if (after === null) return `since ${formatClock(since, at)} or before`;
  return `since ${formatClock(since, at)} (between ${formatClock(after, at)} and ${formatClock(since, at)})`;
}
