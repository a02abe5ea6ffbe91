import type { Inspection } from '../model/inspection.ts';
import { formatDuration } from '../parse/duration.ts';
import { measureElapsedMs } from './elapsed.ts';
import { type HeldSocket, toSorted } from './held-sockets.ts';
import { type Statement, toStatement } from './statement.ts';

/** The kernel counts the ages of a socket in 32 bits of ms. @see kernel net/ipv4/tcp.c tcp_get_info() */
const WRAP_MS = 2 ** 32;

/**
 * How long dead sockets have been dead: at least the pause between two looks, at most the time since their last ack.
 * The kernel keeps no time of death.
 */
export function describeDeadFor(
  sockets: readonly HeldSocket[],
  { looksApartMs, process, takenAt }: Pick<Inspection, 'looksApartMs' | 'process' | 'takenAt'>,
): Statement[] {
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
