import type { Trend } from '../model/trend.ts';
import type { JudgedPlace, PlaceJudgement, Turnover } from '../model/turnover.ts';
import { SUSPECT_VERDICTS } from '../classify/verdict-info.ts';
import { formatKept, formatTurnover } from './turnover-words.ts';

/** Fewer that outlived the rest are no rule. */
const LEAST_OUTLIVED = 8;
/** Of what a place rose by, so much must have outlived what it closes. */
const OUTLIVED_SHARE = 0.5;
/** In less time nothing can be known to be kept: a request may take a minute. Less what the first look of a minute takes. */
const LEAST_WATCHED_MS = 58_000;
/** Load comes and goes within a day or two. */
const LOAD_MS = 48 * 3_600_000;
/** A place that takes this many as accepted connections do goes with them: a proxy opens one for each. */
const LIKE_PEERS = 1.5;
/** A pool that fills has come to its end after three of its time constants: after so many it still grows. */
const FILLING = 2;
/** Before anything came, a pool that fills is taken to be this many times as likely as a leak. */
const LIKELIER = 2;
/** Standard deviations by which bursts, which are few, must come early to be more than chance: 1 in 1000. */
const MORE_THAN_CHANCE = 3;

/** States that only a leak piles up. */
const LEAKING: ReadonlySet<string> = new Set(SUSPECT_VERDICTS);

/** What all places are judged against. */
export interface PlaceContext {
  readonly watchedMs: number;
  /** No descriptor is left: what grew has stopped for that. */
  readonly isAtLimit: boolean;
  /** How many accepted connections that are alive have come and stayed. */
  readonly peers: number;
}

interface Found {
  readonly judgement: PlaceJudgement;
  readonly because: string;
}

/**
 * Judges a place by what came and went there: a leak is a place that only takes, whatever its descriptors are called. The truth table is in
 * docs/trend.md.
 */
export function judgePlace(turnover: Turnover, trend: Trend | null, context: PlaceContext): JudgedPlace {
  const { perHour = null, perHourLow = null, perHourHigh = null } = trend ?? {};
  const { judgement, because } = judge(turnover, trend, context);
  // A second spread would make it six times as large.
  return { ...turnover, perHour, perHourLow, perHourHigh, judgement, because };
}

function judge(turnover: Turnover, trend: Trend | null, context: PlaceContext): Found {
  const said = formatTurnover(turnover);
  if (trend?.growth === 'too-short') return { judgement: 'too-short', because: said };
  const isStopped = context.isAtLimit && trend?.growth === 'plateaued';
  if (trend === null || (trend.growth !== 'growing' && !isStopped)) return { judgement: 'steady', because: said };
  const excuse = findExcuse(turnover, trend, context);
  if (excuse === null) return { judgement: 'leak', because: formatKept(turnover) };
  return { judgement: 'may-be-load', because: `${said}; ${excuse}` };
}

/** Why the growth of a place may be load; null where nothing but a leak explains it. */
function findExcuse(
  turnover: Turnover,
  { shape, perHour }: Trend,
  { watchedMs, isAtLimit, peers }: PlaceContext,
): string | null {
  const { open, atStart, outlived, survivors, drivenBy, what } = turnover;
  const byPace = perHour === null ? Infinity : (perHour * watchedMs) / 3_600_000;
  const rise = Math.max(1, Math.min(open - atStart, byPace));
  if (drivenBy === 'content') return 'each file is open once: a store or a cache grows so';
  if (drivenBy === 'fan-out') return 'they lead to many addresses: whoever talks to more and more grows so';
  if (outlived < LEAST_OUTLIVED || outlived < OUTLIVED_SHARE * rise)
    return 'what came later is still young: load looks the same';
  if (watchedMs < LEAST_WATCHED_MS) return 'watched for less than a minute';
  if (watchedMs >= LOAD_MS) return null;
  if (drivenBy === 'peers') return 'their peers keep them open: load looks the same';
  if (LEAKING.has(what)) return null;
  if (peers > 0 && survivors <= LIKE_PEERS * peers) return 'they come with accepted connections: load looks the same';
  return !isAtLimit && isSlowing(turnover, shape) ? 'it slows down: a pool that fills looks the same' : null;
}

/**
 * What fills up comes ever more seldom, as e^-2t from the first look to now, and a leak evenly: the likelihood of the moments says which.
 * Bursts do not come one by one: their mean moment must be before the middle by more than chance (Laplace's test).
 *
 * @see D. R. Cox, P. A. W. Lewis (1966). The Statistical Analysis of Series of Events. Methuen, London.
 */
function isSlowing({ centre, goes }: Turnover, shape: Trend['shape']): boolean {
  if (centre === null) return false;
  if (shape === 'steps') return (0.5 - centre) * Math.sqrt(12 * goes) > MORE_THAN_CHANCE;
  const density = Math.log(FILLING / (1 - Math.exp(-FILLING))) - FILLING * centre;
  return Math.log(LIKELIER) + goes * density > 0;
}
