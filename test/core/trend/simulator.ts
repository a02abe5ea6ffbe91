import type { Limit } from '../../../src/core/model/limits.ts';
import type { Counts, Sample } from '../../../src/core/model/sample.ts';
import type { Segment } from '../../../src/core/model/segment.ts';
import type { TrendInput } from '../../../src/core/model/trend.ts';

/** Shapes of a process's descriptors over days; the first six do not leak. */
export const HEALTHY = ['flat', 'saw-tooth', 'day and night', 'warm-up', 'nightly restart', 'limit raised'] as const;
export const LEAKING = ['slow under noise', 'in bursts', 'driven by load', 'one kind under a flat total'] as const;

export type SimulatedShape = (typeof HEALTHY)[number] | (typeof LEAKING)[number];

export interface Run {
  readonly input: TrendInput;
  /** The subject that leaks and its true rate over the run; null for a healthy process. */
  readonly leak: { readonly subject: Into; readonly perHour: number } | null;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** A Friday midnight, UTC: weekends fall into most runs. */
const EPOCH = Date.UTC(2026, 9, 2);

/** Uniform numbers in [0, 1) from a seed: mulberry32. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
    for (let i = 0; i < 4; i += 1) this.next();
  }

  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  /** Evenly spread on a logarithmic scale. */
  scale(low: number, high: number): number {
    return low * (high / low) ** this.next();
  }

  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
  }

  exponential(mean: number): number {
    return -mean * Math.log(1 - this.next());
  }

  pick<T>(first: T, ...rest: readonly T[]): T {
    return [first, ...rest][Math.floor(this.next() * (rest.length + 1))] ?? first;
  }
}

/** A count that comes and goes, as a function of time: call it with rising times. */
type Load = (at: number) => number;

/** Noise that remembers: a first-order autoregression with a half-life between a minute and an hour. */
function noisy(dice: Dice, base: number, part: number): Load {
  const halfLife = dice.scale(60_000, HOUR);
  let before = Number.NaN;
  let state = dice.normal();
  return (at) => {
    const keep = Number.isNaN(before) ? 1 : 0.5 ** ((at - before) / halfLife);
    state = keep * state + Math.sqrt(1 - keep ** 2) * dice.normal();
    before = at;
    return base * (1 + part * state) + Math.sqrt(base) * 0.5 * dice.normal();
  };
}

/** Rises and drops, again and again, with unequal teeth: files that a batch closes, objects that wait for a collection. */
function sawTooth(dice: Dice): Load {
  const period = dice.scale(10 * 60_000, 8 * HOUR);
  const height = dice.scale(20, 400);
  let start = EPOCH - period;
  let length = 0;
  return (at) => {
    while (at >= start + length) {
      start += length;
      length = period * dice.between(0.8, 1.2);
    }
    return (height * (at - start)) / length;
  };
}

/** High at noon, low at night, no two days alike, less on two days of seven. */
function dayAndNight(dice: Dice): Load {
  const height = dice.scale(50, 800);
  const peak = dice.between(10, 18) * HOUR;
  const weekend = dice.between(0.4, 1);
  const days = Array.from({ length: 16 }, () => dice.between(0.8, 1.2));
  const wobble = noisy(dice, 1, 0.1);
  return (at) => {
    const day = Math.floor((at - EPOCH) / DAY);
    const factor = (days[day] ?? 1) * (day % 7 === 1 || day % 7 === 2 ? weekend : 1);
    return (
      height * factor * wobble(at) * Math.max(0, Math.cos(((at - EPOCH - peak) / DAY) * 2 * Math.PI) * 0.5 + 0.5) ** 1.5
    );
  };
}

/** What one process does: its own connections and files, and how many connections are opened per hour. */
interface Program {
  connections: Load;
  files: Load;
  /** Connections that are opened in an hour for each that is open. */
  readonly turnover: number;
}

function anyLoad(dice: Dice): Load {
  return dice.pick(noisy(dice, dice.scale(20, 400), dice.between(0.02, 0.15)), sawTooth(dice), dayAndNight(dice));
}

function plus(...loads: readonly Load[]): Load {
  return (at) => loads.reduce((sum, load) => sum + load(at), 0);
}

export function simulate(shape: SimulatedShape, seed: number): Run {
  const dice = new Dice(seed * 7919 + [...HEALTHY, ...LEAKING].indexOf(shape));
  const from = EPOCH + dice.between(0, DAY);
  const until = from + dice.between(3, 7) * DAY;
  const quiet = noisy(dice, dice.scale(10, 200), dice.between(0.02, 0.15));
  const program: Program = { connections: quiet, files: () => 20, turnover: dice.scale(2, 200) };
  return SHAPES[shape]({ dice, from, until, quiet, program });
}

/** What every shape starts from. */
interface Stage {
  readonly dice: Dice;
  readonly from: number;
  readonly until: number;
  readonly quiet: Load;
  readonly program: Program;
}

const SHAPES = {
  flat: ({ dice, from, until, program }: Stage): Run => {
    return record(dice, program, { from, until });
  },
  'saw-tooth': ({ dice, from, until, program }: Stage): Run => {
    return record(dice, { ...program, files: sawTooth(dice) }, { from, until });
  },
  'day and night': ({ dice, from, until, quiet, program }: Stage): Run => {
    return record(dice, { ...program, connections: plus(quiet, dayAndNight(dice)) }, { from, until });
  },
  'warm-up': ({ dice, from, until, quiet, program }: Stage): Run => {
    return record(
      dice,
      { ...program, files: warmUp(dice, from, HOUR / 2, 6 * HOUR), connections: plus(quiet, anyLoad(dice)) },
      { from, until },
    );
  },
  'nightly restart': ({ dice, from, until, quiet, program }: Stage): Run => {
    const hour = dice.between(0, 6) * HOUR;
    const restarts = Array.from({ length: 9 }, (_, day) => EPOCH + day * DAY + hour).filter(
      (at) => at > from && at < until,
    );
    const files: Load = (at) => warmed(at - Math.max(from, ...restarts.filter((restart) => restart <= at)));
    const warmed = warming(dice, HOUR / 12, HOUR);
    return record(dice, { ...program, files, connections: plus(quiet, dayAndNight(dice)) }, { from, until, restarts });
  },
  'limit raised': ({ dice, from, until, program }: Stage): Run => {
    const raisedAt = dice.between(from + 0.1 * (until - from), until - 0.1 * (until - from));
    const wanted = plus(noisy(dice, dice.scale(300, 900), 0.03), anyLoad(dice));
    const limit = dice.between(150, 300);
    const connections: Load = (at) => (at < raisedAt ? Math.min(limit - 30, wanted(at)) : wanted(at));
    return record(dice, { ...program, connections }, { from, until, limitRaisedAt: raisedAt });
  },
  'slow under noise': (stage: Stage): Run => steadyLeak(stage, stage.dice.scale(1, 4), 'established'),
  'in bursts': ({ dice, from, until, quiet, program }: Stage): Run => {
    const every = dice.between(2, 8) * HOUR;
    const size = dice.scale(5, 40);
    let next = from + dice.exponential(every);
    const leak: Leak = (at) => {
      if (at < next) return 0;
      next += dice.exponential(every);
      return Math.max(1, Math.round(size * dice.between(0.5, 1.5)));
    };
    return record(dice, { ...program, connections: plus(quiet, anyLoad(dice)) }, { from, until, leak });
  },
  'driven by load': ({ dice, from, until, program }: Stage): Run => {
    const connections = plus(noisy(dice, dice.scale(5, 20), 0.1), dayAndNight(dice));
    const part = dice.scale(3, 10) / 200;
    return record(
      dice,
      { ...program, connections },
      { from, until, leak: randomly(dice, (_, connections) => connections * part) },
    );
  },
  'one kind under a flat total': (stage: Stage): Run => steadyLeak(stage, stage.dice.scale(0.5, 2), 'eventfd'),
} as const satisfies Record<SimulatedShape, (stage: Stage) => Run>;

/** Under any load so many leak in an hour, whatever it is. */
function steadyLeak(
  { dice, from, until, quiet, program }: Stage,
  perHour: number,
  into: NonNullable<Course['into']>,
): Run {
  return record(
    dice,
    { ...program, connections: plus(quiet, anyLoad(dice)) },
    { from, until, leak: randomly(dice, () => perHour), into },
  );
}

/** How many leak in the tick that ends at `at`. */
type Leak = (at: number, connections: number, hours: number) => number;

function randomly(dice: Dice, perHour: (at: number, connections: number) => number): Leak {
  return (at, connections, hours) => {
    let leaked = 0;
    for (let left = dice.exponential(1); left < perHour(at, connections) * hours; left += dice.exponential(1))
      leaked += 1;
    return leaked;
  };
}

function warmUp(dice: Dice, from: number, least: number, most: number): Load {
  const warm = warming(dice, least, most);
  return (at) => warm(at - from);
}

function warming(dice: Dice, least: number, most: number): (age: number) => number {
  const constant = dice.scale(least, most);
  const height = dice.scale(30, 400);
  return (age) => 20 + height * (1 - Math.exp(-age / constant));
}

export type Into = 'orphaned' | 'established' | 'eventfd';

interface Course {
  readonly from: number;
  readonly until: number;
  readonly restarts?: readonly number[];
  readonly limitRaisedAt?: number;
  readonly leak?: Leak;
  /** Where the leak is counted; `orphaned` unless said. `eventfd` is taken from the files, so the total stays. */
  readonly into?: Into;
}

/** Two minutes: the trend does not depend on it, the time the simulation takes does. */
const TICK = 120_000;
const SOFT = 65_536;

function record(dice: Dice, program: Program, course: Course): Run {
  const { from, until, restarts = [], limitRaisedAt, leak, into = 'orphaned' } = course;
  const changes = [...restarts, ...(limitRaisedAt === undefined ? [] : [limitRaisedAt])];
  const segments: Segment[] = [toSegment(1, from, 'first-look')];
  const samples: Sample[] = [];
  let leaked = 0;
  for (let at = from; at < until; at += TICK) {
    if (changes.some((change) => change > at - TICK && change <= at)) {
      segments.push(toSegment(segments.length + 1, at, restarts.length > 0 ? 'restart' : 'limit-changed'));
    }
    const connections = Math.max(0, Math.round(program.connections(at)));
    leaked += leak?.(at, connections, TICK / HOUR) ?? 0;
    const opened = Math.round(((connections * program.turnover * TICK) / HOUR) * dice.between(0.9, 1.1));
    const files = Math.max(0, Math.round(program.files(at)) + (into === 'eventfd' ? 400 - leaked : 0));
    samples.push(toSample(at, segments.length, { connections, files, leaked, into, opened }));
  }
  const now = { open: samples.at(-1)?.open ?? 0, soft: SOFT };
  const perHour = leaked / ((until - from) / HOUR);
  return {
    input: { segments, samples, rollups: [], gaps: [], now },
    leak: leak === undefined ? null : { subject: into, perHour },
  };
}

interface Seen {
  readonly connections: number;
  readonly files: number;
  readonly leaked: number;
  readonly into: Into;
  readonly opened: number;
}

export function toSample(at: number, segment: number, seen: Seen, soft: Limit = SOFT): Sample {
  const { files, leaked, into, opened } = seen;
  const orphaned = into === 'orphaned' ? leaked : 0;
  const eventfd = into === 'eventfd' ? leaked : 0;
  const connections = seen.connections + (into === 'established' ? leaked : 0);
  const byKind: Counts = { socket: 4 + connections + orphaned, file: files, eventfd: 2 + eventfd, epoll: 1 };
  const byVerdict: Counts = { listening: 4, established: connections, orphaned, 'in-use': files + 3 + eventfd };
  const open = 7 + connections + files + orphaned + eventfd;
  return {
    at: Math.round(at),
    segment,
    open,
    soft,
    hard: soft,
    full: { byKind, byVerdict, byPlace: null, moved: {}, opened, closed: opened },
  };
}

export function toSegment(id: number, from: number, because: Segment['because']): Segment {
  return {
    id,
    from,
    because,
    pid: 4242,
    startTicks: id,
    bootId: 'simulated',
    comm: 'simulated',
    exe: null,
    soft: SOFT,
    hard: SOFT,
  };
}
