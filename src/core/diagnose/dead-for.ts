import type { Inspection } from '../model/inspection.ts';
import { formatDuration } from '../parse/duration.ts';
import { measurePace, type Pace } from '../place/pace.ts';
import { measureElapsedMs } from './elapsed.ts';
import { type HeldSocket, toSorted } from './held-sockets.ts';
import { type Statement, toStatement } from './statement.ts';

/** The kernel counts the ages of a socket in 32 bits of ms. @see kernel net/ipv4/tcp.c tcp_get_info() */
const WRAP_MS = 2 ** 32;

/**
 * How long dead sockets have been dead: by the kernel's own walk, where there was one. Else at least the pause between two looks, at most
 * the time since their last ack.
 */
export function describeDeadFor(
  sockets: readonly HeldSocket[],
  {
    looksApartMs,
    process,
    takenAt,
    capability,
  }: Pick<Inspection, 'looksApartMs' | 'process' | 'takenAt' | 'capability'>,
): Statement[] {
  const walked = walkedAges(sockets, capability);
  if (walked !== null) return [deadSince(walked)];
  const atMost = toSorted(sockets, ({ socket }) => socket.autopsy?.sinceAckMs ?? null);
  const oldest = atMost.at(-1);
  const bounds = {
    total: sockets.length,
    seenTwice: sockets.filter(({ descriptor }) => descriptor.verdict.checked.includes('second-look')).length,
    apartMs: looksApartMs,
    oldestMs: oldest ?? null,
    medianMs: oldest === undefined ? null : median(atMost),
    known: atMost.length,
  };
  if (oldest === undefined) return [deadFor(bounds)];
  const ageMs = measureElapsedMs(process.startedAt, takenAt);
  return [deadFor(bounds), ...(ageMs === null || ageMs >= WRAP_MS ? [agesWrap({ processAgeMs: ageMs })] : [])];
}

/**
 * The pace at which connections died and were kept, from one look: only beside a certain leak, as one look sees no closing, and a busy healthy
 * server shows deaths as well.
 */
export function describePace(
  sockets: readonly HeldSocket[],
  { capability, looksApartMs }: Pick<Inspection, 'capability' | 'looksApartMs'>,
): Statement[] {
  if (capability.walk !== true || !sockets.some(({ descriptor }) => descriptor.verdict.leak === 'certain')) return [];
  const measured = measurePace(
    sockets.flatMap(({ socket }) => socket.deadMs?.atLeast ?? []),
    looksApartMs ?? 0,
  );
  return measured === null ? [] : [pace({ ...measured, count: sockets.length })];
}

const pace = toStatement(
  'pace',
  ({ perHour, sinceMs, youngestMs, stillGoing }: Pacing) =>
    `died at ${sayPace(perHour)} for ${formatDuration(sinceMs - youngestMs)}, if none was closed; ${
      stillGoing ? 'still going on' : 'not going on'
    } (the youngest died ${formatDuration(youngestMs)} ago)`,
);

type Pacing = { readonly [field in keyof Pace]: Pace[field] } & { readonly count: number };

function sayPace(perHour: number): string {
  return perHour >= 60 ? `${Math.round(perHour / 60)} per minute` : `${Number(perHour.toFixed(1))} per hour`;
}

/** null where the walk does not tell of all of them. */
function walkedAges(sockets: readonly HeldSocket[], { walk }: Inspection['capability']): Ages | null {
  if (walk !== true) return null;
  const ages = toSorted(sockets, ({ socket }) => socket.deadMs?.atLeast ?? null);
  const [youngestMs, oldestMs] = [ages[0], ages.at(-1)];
  if (youngestMs === undefined || oldestMs === undefined || ages.length < sockets.length) return null;
  return { youngestMs, oldestMs, total: sockets.length };
}

type Ages = { readonly youngestMs: number; readonly oldestMs: number; readonly total: number };

const deadSince = toStatement('dead-since', ({ youngestMs, oldestMs }: Ages) => {
  const [from, to] = [formatDuration(youngestMs), formatDuration(oldestMs)];
  return `dead for at least ${from === to ? from : `${from} to ${to}`} by the kernel's clock`;
});

type Bounds = {
  readonly total: number;
  readonly seenTwice: number;
  readonly apartMs: number | null;
  readonly oldestMs: number | null;
  readonly medianMs: number | null;
  /** So many of `total` told when their last ack was. */
  readonly known: number;
};

const deadFor = toStatement('dead-for', (bounds: Bounds) => {
  const { total, oldestMs, medianMs, known } = bounds;
  if (oldestMs === null || medianMs === null) return `dead ${atLeast(bounds)}; no upper bound is known`;
  const ofKnown = known === total ? '' : `, known for ${known}`;
  return `dead ${atLeast(bounds)}, at most ${formatDuration(oldestMs)} (oldest last ack; median ${formatDuration(medianMs)}${ofKnown})`;
});

function atLeast({ total, seenTwice, apartMs }: Bounds): string {
  if (seenTwice === 0 || apartMs === null) return 'when looked at once, so for at least a moment';
  const known = seenTwice === total ? 'between two looks' : `between two looks, ${seenTwice} of ${total}`;
  return `for at least ${formatDuration(apartMs)} (${known})`;
}

const agesWrap = toStatement('ages-wrap', ({ processAgeMs }: { processAgeMs: number | null }) =>
  processAgeMs === null
    ? 'the age of the process is unknown; if over 49.7 days, the true age may be longer by multiples of 49.7 days'
    : `the process has run for ${formatDuration(processAgeMs)}; the counter of these ages wraps, so the true age may be longer by multiples of 49.7 days`,
);

function median(sorted: Float64Array): number {
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}
