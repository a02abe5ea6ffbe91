import { countMoved, countPlaces } from '../../../src/core/history/place-counts.ts';
import { TurnoverBook } from '../../../src/core/history/turnover-book.ts';
import type { Life } from '../../../src/core/model/life.ts';
import type { Sample } from '../../../src/core/model/sample.ts';
import type { JudgedPlace } from '../../../src/core/model/turnover.ts';
import { judgePlaces } from '../../../src/core/trend/judge-places.ts';
import { measureTrends } from '../../../src/core/trend/measure-trends.ts';
import { Dice, toSegment } from './simulator.ts';

/** What places do. Of the first, everything that is opened is closed in time. */
export const HEALTHY_PLACES = [
  'half-closing clients',
  'a pool that warms up',
  'a saw-tooth with a low first tooth',
  'a log-structured store',
  'generations of workers',
  'keepalive clients that come',
  'a proxy whose clients come',
  'queries, more and more',
  'sessions, most of them short',
  'batches',
] as const;
export const LEAKING_PLACES = [
  'one object, opened again and again',
  'connections that are never closed',
  'one of twenty is kept',
  'CLOSE_WAIT that nobody closes',
  'bursts',
  'one a day over thirty days',
  'a saw-tooth that keeps some of each tooth',
  'a few, one by one',
] as const;

export type PlaceShape = (typeof HEALTHY_PLACES)[number] | (typeof LEAKING_PLACES)[number];

/** What is opened at one moment and closed at another, if ever. */
interface Opening {
  readonly at: number;
  readonly until: number;
  readonly as: 'accepted' | 'half-closed' | 'made' | 'file' | 'own file';
}

export interface PlaceRun {
  readonly openings: readonly Opening[];
  readonly intervalMs: number;
  readonly untilMs: number;
  /** Descriptors that leak per hour; null of a healthy process. */
  readonly perHour: number | null;
}

const START = Date.UTC(2026, 9, 2);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export function simulatePlaces(shape: PlaceShape, seed: number): PlaceRun {
  const dice = new Dice(seed * 104_729 + [...HEALTHY_PLACES, ...LEAKING_PLACES].indexOf(shape));
  const intervalMs = dice.pick(1000, 2000, 5000, 10_000);
  const untilMs = intervalMs * dice.scale(70, 700);
  const { openings, perHour = null } = SHAPES[shape](dice, untilMs);
  const isSlow = shape === 'one a day over thirty days';
  return { openings, perHour, intervalMs: isSlow ? 10 * 60_000 : intervalMs, untilMs: isSlow ? 30 * DAY : untilMs };
}

interface Made {
  readonly openings: Opening[];
  readonly perHour?: number;
}

const SHAPES: Record<PlaceShape, (dice: Dice, until: number) => Made> = {
  'half-closing clients': (dice, until) => {
    const life = dice.scale(until / 100, until / 8);
    const openings = arrive(dice, until, rising(dice, until, dice.scale(30, 400)), 'half-closed');
    return { openings: openings.map((one) => closeAt(one, one.at + life * dice.between(0.8, 1.2))) };
  },
  'a pool that warms up': (dice, until) => {
    const constant = until * dice.scale(1 / 40, 1 / 8);
    const size = dice.scale(10, 200);
    const openings = arrive(dice, until, (at) => (size / constant) * Math.exp(-at / constant), 'made');
    return { openings: [...openings, ...queries(dice, until, () => 100 / until)] };
  },
  'a saw-tooth with a low first tooth': (dice, until) => {
    const teeth = dice.between(4, 16);
    const period = until / teeth;
    const first = dice.between(0.2, 1) * period;
    const size = dice.scale(20, 400);
    const openings = arrive(dice, until, () => size / period, 'file');
    const ends = (at: number): number => (at < first ? first : first + Math.ceil((at - first) / period) * period);
    return { openings: openings.map((one) => closeAt(one, ends(one.at))) };
  },
  'a log-structured store': (dice, until) => {
    const openings = arrive(dice, until, () => dice.between(0.9, 1.1) * (400 / until), 'own file');
    const merged = dice.between(0, 0.9);
    const every = until / dice.between(5, 30);
    const ends = (at: number): number => Math.ceil((at + 1) / every) * every;
    return { openings: openings.map((one) => (dice.next() < merged ? closeAt(one, ends(one.at)) : one)) };
  },
  'generations of workers': (dice, until) => {
    const every = until / dice.between(4, 12);
    const drain = every * dice.between(0.2, 2);
    const size = Math.round(dice.scale(10, 60));
    const openings: Opening[] = [];
    for (let at = 0; at < until; at += every) {
      for (let i = 0; i < size; i += 1) openings.push({ at, until: at + every + drain, as: 'made' });
    }
    return { openings };
  },
  'keepalive clients that come': (dice, until) => ({
    openings: arrive(dice, until, rising(dice, until, dice.scale(30, 400)), 'accepted'),
  }),
  'a proxy whose clients come': (dice, until) => {
    const clients = arrive(dice, until, rising(dice, until, dice.scale(30, 400)), 'accepted');
    return { openings: clients.flatMap((one) => [one, { ...one, as: 'made' as const }]) };
  },
  'queries, more and more': (dice, until) => ({
    openings: queries(dice, until, rising(dice, until, dice.scale(100, 2000))),
  }),
  'sessions, most of them short': (dice, until) => {
    const [short, long] = [until / 100, until * dice.between(0.05, 0.12)];
    const openings = arrive(dice, until, rising(dice, until, dice.scale(100, 400)), 'made');
    return { openings: openings.map((one) => closeAt(one, one.at + (dice.next() < 0.15 ? long : short))) };
  },
  batches: (dice, until) => {
    const every = until / dice.between(3, 8);
    const lasts = every * dice.between(0.2, 0.6);
    const size = Math.round(dice.scale(10, 100));
    const openings: Opening[] = [];
    for (let at = dice.between(0, 0.5) * every; at < until; at += every)
      for (let i = 0; i < size; i += 1) openings.push({ at, until: at + lasts, as: 'made' });
    return { openings };
  },
  'a saw-tooth that keeps some of each tooth': (dice, until) => {
    const period = until / dice.between(8, 16);
    const [size, kept] = [20, dice.pick(2, 3, 4)];
    const openings: Opening[] = [];
    for (let at = 0; at < until; at += period)
      for (let i = 0; i < size; i += 1)
        openings.push({ at: at + (i * period) / size, until: i < kept ? Infinity : at + period, as: 'made' });
    return { openings, perHour: kept / (period / HOUR) };
  },
  'a few, one by one': (dice, until) => {
    const every = until / dice.between(18, 30);
    const openings: Opening[] = [];
    for (let at = every; at < until; at += every) openings.push({ at, until: Infinity, as: 'made' });
    return { openings, perHour: HOUR / every };
  },
  'one object, opened again and again': (dice, until) => leaking(dice, until, 'file'),
  'connections that are never closed': (dice, until) => leaking(dice, until, 'made'),
  'one of twenty is kept': (dice, until) => {
    const { openings, perHour } = leaking(dice, until, 'made');
    return { openings: [...openings, ...queries(dice, until, () => (20 * openings.length) / until)], perHour };
  },
  'CLOSE_WAIT that nobody closes': (dice, until) => leaking(dice, until, 'half-closed'),
  bursts: (dice, until) => {
    const size = dice.scale(3, 20);
    const bursts = arrive(dice, until, () => dice.between(12, 24) / until, 'made');
    const openings = bursts.flatMap((one) =>
      Array.from({ length: Math.round(size * dice.between(0.6, 1.4)) }, () => one),
    );
    return { openings, perHour: openings.length / (until / HOUR) };
  },
  'one a day over thirty days': (dice) => {
    const openings = arrive(dice, 30 * DAY, () => 1 / DAY, 'file');
    return { openings, perHour: openings.length / (30 * 24) };
  },
};

function leaking(dice: Dice, until: number, as: Opening['as']): Required<Made> {
  const count = dice.scale(50, 400);
  const openings = arrive(dice, until, () => count / until, as);
  return { openings, perHour: openings.length / (until / HOUR) };
}

function closeAt({ at, as }: Opening, until: number): Opening {
  return { at, until, as };
}

/** Queries of a tenth of a second to some minutes, a few far longer than most. */
function queries(dice: Dice, until: number, perMs: (at: number) => number): Opening[] {
  const usual = dice.scale(100, until / 100);
  return arrive(dice, until, perMs, 'made').map((one) => closeAt(one, one.at + usual * Math.exp(0.8 * dice.normal())));
}

/** A load that is even, or comes to several times as much. */
function rising(dice: Dice, until: number, count: number): (at: number) => number {
  const factor = dice.scale(1, 5);
  return (at) => ((count / until) * (1 + (factor - 1) * (at / until))) / ((1 + factor) / 2);
}

/** Openings at random, at a rate per ms that may change slowly. */
function arrive(dice: Dice, until: number, perMs: (at: number) => number, as: Opening['as']): Opening[] {
  const openings: Opening[] = [];
  for (let at = 0; openings.length < 20_000;) {
    at += dice.exponential(1 / Math.max(perMs(at), 0.01 / until));
    if (at >= until) return openings;
    openings.push({ at, until: Infinity, as });
  }
  return openings;
}

/** Looks at a run until `untilMs`, as a watch does, and judges its places. */
export function watchPlaces({ openings, intervalMs }: PlaceRun, untilMs: number): readonly JudgedPlace[] {
  const sorted = openings.toSorted((a, b) => a.at - b.at);
  const book = new TurnoverBook();
  let next = 0;
  let open: { readonly life: Life; readonly until: number }[] = [];
  const samples: Sample[] = [];
  for (let at = 0; at < untilMs; at += intervalMs) {
    const begun: Life[] = [];
    for (let one = sorted[next]; one !== undefined && one.at <= at; one = sorted[(next += 1)]) {
      if (one.until <= at) continue;
      const life = toLife(next + 1, START + at, one);
      begun.push(life);
      open.push({ life, until: one.until });
    }
    const ended = open.filter(({ until }) => until <= at).map(({ life }) => endLife(life, START + at));
    open = open.filter(({ until }) => until > at);
    book.take(START + at, { begun, ended, moved: [], isFirst: at === 0 });
    samples.push(
      toSample(
        START + at,
        open.map(({ life }) => life),
        { begun, ended },
      ),
    );
  }
  const at = samples.at(-1)?.at ?? START;
  const trends = measureTrends({
    segments: [toSegment(1, START, 'first-look')],
    samples,
    rollups: [],
    gaps: [],
    now: { open: samples.at(-1)?.open ?? 0, soft: 65_536 },
  });
  return judgePlaces(
    book.measure(
      at,
      open.map(({ life }) => life),
    ),
    trends,
    { watchedMs: at - START, isAtLimit: false },
  );
}

const PLACES = {
  accepted: { place: 'tcp accepted on :8080', kind: 'socket', verdict: 'established' },
  'half-closed': { place: 'tcp accepted on :9090', kind: 'socket', verdict: 'peer-closed' },
  made: { place: 'tcp to 10.0.0.7:5432', kind: 'socket', verdict: 'established' },
  file: { place: '/etc/hostname', kind: 'file', verdict: 'in-use' },
  'own file': { place: '/var/lib/store/#.sst', kind: 'file', verdict: 'in-use' },
} as const;

function toLife(id: number, at: number, { as }: Opening): Life {
  const { place, kind, verdict } = PLACES[as];
  const isAccepted = as === 'accepted' || as === 'half-closed';
  return {
    id,
    segment: 1,
    fd: id,
    tid: null,
    inode: null,
    kind,
    target: as === 'own file' ? `/var/lib/store/${id}.sst` : place,
    place,
    firstSeen: at,
    lastSeen: null,
    verdicts: [{ at, verdict }],
    suspect: verdict === 'peer-closed',
    local: null,
    remote: null,
    lastPeer: null,
    acceptedOn: isAccepted ? { address: '127.0.0.1', port: 8080 } : null,
  };
}

function endLife(life: Life, lastSeen: number): Life {
  return { ...life, lastSeen };
}

function toSample(
  at: number,
  open: readonly Life[],
  { begun, ended }: { readonly begun: readonly Life[]; readonly ended: readonly Life[] },
): Sample {
  const byPlace = countPlaces(open);
  const full = {
    byKind: {},
    byVerdict: {},
    byPlace,
    moved: countMoved(begun, ended, byPlace),
    opened: begun.length,
    closed: ended.length,
  };
  return { at, segment: 1, open: open.length, soft: 65_536, hard: 65_536, full };
}
