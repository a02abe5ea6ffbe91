import type { AlertFacts, AlertSeverity, Condition } from '../model/alert.ts';
import { formatDuration } from '../parse/duration.ts';
import { formatCount, formatRate, formatShare } from '../words/numbers.ts';

const RULES: readonly ((facts: AlertFacts) => Condition)[] = [judgeLimit, judgeExhaustion, judgeOrphans, judgeGrowth];

/** Asks every rule. */
export function judgeConditions(facts: AlertFacts): Condition[] {
  return RULES.map((judge) => judge(facts));
}

/** Opens at 80 % and at 95 % or fewer than 64 free; holds until 5 % below, and 80 free. */
function judgeLimit({ open, soft }: AlertFacts): Condition {
  if (soft === null || soft === 'unlimited') return quiet('near-limit', 'there is no limit');
  const share = soft === 0 ? 1 : open / soft;
  const free = soft - open;
  // Of a small limit 64 are most: there the share decides alone.
  const fewAreFree = (few: number): boolean => soft > 4 * few && free < few;
  return {
    rule: 'near-limit',
    severity: toSeverity(share >= 0.95 || fewAreFree(64), share >= 0.8),
    hold: toSeverity(share >= 0.9 || fewAreFree(80), share >= 0.75),
    because: `${open} of ${soft} descriptors are open (${formatShare(share)}), ${Math.max(0, free)} are left`,
  };
}

/** Opens at 24 hours and at 1; holds until a quarter more. */
function judgeExhaustion({ trends }: AlertFacts): Condition {
  const total = trends.find(({ subject }) => subject === 'total');
  const hours = total?.growth === 'growing' ? (total.hoursToLimit ?? null) : null;
  if (total === undefined || hours === null) return quiet('exhaustion-in', 'the count does not grow towards a limit');
  const { low, expected, high } = hours;
  const upTo = high === null ? 'perhaps never' : formatHours(high);
  return {
    rule: 'exhaustion-in',
    severity: toSeverity(expected < 1, expected < 24),
    hold: toSeverity(expected < 1.25, expected < 30),
    because: `the limit is reached in about ${formatHours(expected)} (${formatHours(low)} to ${upTo}) at ${formatRate(total.perHour)} per hour`,
  };
}

function judgeOrphans({ orphans, groups }: AlertFacts): Condition {
  if (orphans.length === 0) return quiet('orphans', 'no dead socket is kept for long');
  const because = `${formatCount(orphans.length, 'dead socket')} kept for too long; suspects: ${groups.join('; ')}`;
  return { rule: 'orphans', severity: 'warning', hold: 'warning', because };
}

function judgeGrowth({ trends, groups }: AlertFacts): Condition {
  const growing = trends.filter(({ growth }) => growth === 'growing');
  if (growing.length === 0) return quiet('growth', 'nothing grows');
  const what = growing.map(({ subject, perHour }) => `${subject} by ${formatRate(perHour)} per hour`).join(', ');
  const suspects = groups.length === 0 ? '' : `; suspects: ${groups.join('; ')}`;
  return { rule: 'growth', severity: 'warning', hold: 'warning', because: `growing: ${what}${suspects}` };
}

function quiet(rule: Condition['rule'], because: string): Condition {
  return { rule, severity: null, hold: null, because };
}

function toSeverity(isCritical: boolean, isWarning: boolean): AlertSeverity | null {
  if (isCritical) return 'critical';
  return isWarning ? 'warning' : null;
}

function formatHours(hours: number): string {
  return formatDuration(hours * 3_600_000);
}
