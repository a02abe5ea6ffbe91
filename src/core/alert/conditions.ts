import type { AlertSeverity, Condition } from '../model/alert.ts';
import type { AlertFacts } from '../model/alert-facts.ts';
import type { Trend } from '../model/trend.ts';
import type { JudgedPlace } from '../model/turnover.ts';
import { findNearestEnd } from '../trend/nearest-end.ts';
import { formatLimitEnd } from '../words/limit-end.ts';
import { formatCount, formatRate, formatShare } from '../words/numbers.ts';
import { formatPlaceGrowth } from '../words/place-growth.ts';
import { findGrowing } from './alert-document.ts';

/** Places that an alert names; the payload has more. */
const NAMED_PLACES = 3;
/** A limit that is reached sooner than this is worth a night's sleep; than the other, a day's work. */
const SOON_HOURS = 1;
const THIS_DAY_HOURS = 24;

/** An end further away is none. */
const MOST_DAYS = 365;

const RULES: readonly ((facts: AlertFacts) => Condition)[] = [
  judgeLimit,
  judgeExhaustion,
  judgeOrphans,
  judgeGrowth,
  judgeJump,
  judgeTurned,
];

/** Asks every rule. */
export function judgeConditions(facts: AlertFacts): Condition[] {
  return RULES.map((judge) => judge(facts));
}

/** Opens at 80 % and at 95 % or fewer than 64 free; holds until 5 % below, and 80 free. */
function judgeLimit({ open, soft, places }: AlertFacts): Condition {
  if (soft === null || soft === 'unlimited') return quiet('near-limit', 'there is no limit');
  const share = soft === 0 ? 1 : open / soft;
  const free = soft - open;
  // Of a small limit 64 are most: there the share decides alone.
  const fewAreFree = (few: number): boolean => soft > 4 * few && free < few;
  const left = free <= 0 ? 'AT THE LIMIT: none is left, the next open fails' : `${free} are left`;
  const [largest] = places;
  const most = largest === undefined ? '' : `; most are ${largest.place} (${largest.open})`;
  return {
    rule: 'near-limit',
    severity: toSeverity(share >= 0.95 || fewAreFree(64), share >= 0.8),
    hold: toSeverity(share >= 0.9 || fewAreFree(80), share >= 0.75),
    because: `${open} of ${soft} descriptors are open (${formatShare(share)}), ${left}${most}`,
  };
}

/**
 * Opens at 24 hours and at 1; holds until a quarter more. Growth that may be load wakes nobody: it is a warning where it meets the
 * limit within the hour. That of a leak is the alert of the leak itself.
 */
function judgeExhaustion({ trends, places, at, soft, quota }: AlertFacts): Condition {
  const end = findNearestEnd(trends, soft, quota);
  if (end === null) return quiet('exhaustion-in', 'the count does not grow towards a limit');
  const growing = findGrowing(places);
  if (growing[0]?.judgement === 'leak') return quiet('exhaustion-in', 'the leak is reported as growth');
  const { hours, name } = end;
  const { expected } = hours;
  const perHour = trends.find(({ of }) => of === 'total')?.perHour ?? null;
  const isLoad = growing.length > 0;
  const isSoon = (factor: number): boolean => expected < factor * SOON_HOURS;
  const isToday = (factor: number): boolean => !isLoad && expected < factor * THIS_DAY_HOURS;
  const pace = `${name} is reached ${formatLimitEnd(hours, at)} at ${formatRate(perHour)} per hour`;
  return {
    rule: 'exhaustion-in',
    severity: toSeverity(!isLoad && isSoon(1), isSoon(1) || isToday(1)),
    hold: toSeverity(!isLoad && isSoon(1.25), isSoon(1.25) || isToday(1.25)),
    because: `${pace}${isLoad ? `; it may be load${nameFastest(growing)}` : ''}`,
  };
}

function judgeOrphans({ orphans, groups, places, isGrowthOpen, isOrphansBegun }: AlertFacts): Condition {
  if (orphans.length === 0) return quiet('orphans', 'no dead connection is kept for long');
  const leaks = places.filter(({ judgement }) => judgement === 'leak');
  // An alert of growth that stands without a leak stands for these.
  const isLeak = leaks.some(({ what }) => what === 'orphaned');
  // What began before the leak was judged goes on until growth has held as long: or neither would be told for twice that time.
  if (leaks.length === 0 ? isGrowthOpen : isLeak && (isGrowthOpen || !isOrphansBegun))
    return quiet('orphans', 'the leak is reported as growth');
  const because = `${formatCount(orphans.length, 'dead connection')} kept for too long; suspects: ${groups.join('; ')}`;
  return { rule: 'orphans', severity: 'warning', hold: 'warning', because };
}

/**
 * Opens where a place only takes; critical where the limit is an hour away. Holds until it is 75 minutes away, or nothing leaks and no dead
 * connection is kept: that a place grows may be seen at one look and not at the next.
 */
function judgeGrowth({ trends, places, at, soft, quota, orphans }: AlertFacts): Condition {
  const leaks = findGrowing(places).filter(({ judgement }) => judgement === 'leak');
  if (leaks.length === 0 && orphans.length > 0) {
    const because = `${formatCount(orphans.length, 'dead connection', 'dead connections')} still kept`;
    return { rule: 'growth', severity: null, hold: 'warning', because };
  }
  if (leaks.length === 0) return judgeUnseen(trends, places);
  const nearest = findNearestEnd(trends, soft, quota);
  const expected = nearest?.hours.expected ?? Number.POSITIVE_INFINITY;
  const named = leaks.slice(0, NAMED_PLACES).map(formatPlaceGrowth).join('; and ');
  const end =
    nearest === null || expected > MOST_DAYS * THIS_DAY_HOURS
      ? ''
      : `; ${nearest.name} ${formatLimitEnd(nearest.hours, at)}`;
  return {
    rule: 'growth',
    severity: toSeverity(expected < SOON_HOURS, true),
    hold: toSeverity(expected < 1.25 * SOON_HOURS, true),
    because: `leaks: ${named}${end}`,
  };
}

/** Of descriptors that are only counted, growth is all there is. */
function judgeUnseen(trends: readonly Trend[], places: readonly JudgedPlace[]): Condition {
  const growing = trends.filter(({ of, growth }) => of !== 'place' && growth === 'growing');
  if (places.length > 0 || growing.length === 0) return quiet('growth', 'no place only opens');
  const what = growing.map(({ subject, perHour }) => `${subject} by ${formatRate(perHour)} per hour`).join(', ');
  return { rule: 'growth', severity: 'warning', hold: 'warning', because: `growing: ${what}; what it is was not seen` };
}

/** A warning: many clients at once are no fault of the program. */
function judgeJump({ sudden: { jump } }: AlertFacts): Condition {
  if (jump === null) return quiet('jump', 'the count has not jumped for a while');
  return { rule: 'jump', severity: 'warning', hold: 'warning', because: jump.because };
}

function judgeTurned({ sudden: { turned } }: AlertFacts): Condition {
  if (turned === null) return quiet('turned', 'no place has changed its state for a while');
  return { rule: 'turned', severity: 'warning', hold: 'warning', because: turned.because };
}

function nameFastest([fastest]: readonly JudgedPlace[]): string {
  return fastest === undefined ? '' : `; ${formatPlaceGrowth(fastest)}`;
}

function quiet(rule: Condition['rule'], because: string): Condition {
  return { rule, severity: null, hold: null, because };
}

function toSeverity(isCritical: boolean, isWarning: boolean): AlertSeverity | null {
  if (isCritical) return 'critical';
  return isWarning ? 'warning' : null;
}
