import type { Inspection } from '../model/inspection.ts';
import { formatDuration } from '../parse/duration.ts';
import { measureElapsedMs } from './elapsed.ts';
import { type HeldSocket, toSorted } from './held-sockets.ts';

/** The kernel counts the ages of a socket in 32 bits of ms. @see kernel net/ipv4/tcp.c tcp_get_info() */
const WRAP_MS = 2 ** 32;

/**
 * Between which bounds orphans have been dead: no shorter than the pause between two looks, no longer than their last ack
 * is ago. The time of death itself is kept nowhere.
 */
export function describeDeadFor(
  sockets: readonly HeldSocket[],
  { looksApartMs, process, takenAt }: Pick<Inspection, 'looksApartMs' | 'process' | 'takenAt'>,
): string[] {
  const atMost = toSorted(sockets, ({ socket }) => socket.autopsy?.sinceAckMs ?? null);
  const oldest = atMost.at(-1);
  if (oldest === undefined) return [`dead ${atLeast(sockets, looksApartMs)}; since when at most is not known`];
  const known = atMost.length === sockets.length ? '' : `, of ${atMost.length} that tell it`;
  const bounds = `dead ${atLeast(sockets, looksApartMs)}, at most ${formatDuration(oldest)} (oldest last ack; median ${formatDuration(median(atMost))}${known})`;
  return [bounds, ...describeWrap(measureElapsedMs(process.startedAt, takenAt))];
}

function atLeast(sockets: readonly HeldSocket[], apartMs: number | null): string {
  const twice = sockets.filter(({ descriptor }) => descriptor.verdict.checked.includes('second-look')).length;
  if (twice === 0 || apartMs === null) return 'at one look, so for at least a moment';
  const known = twice === sockets.length ? 'between the looks' : `between the looks, ${twice} of ${sockets.length}`;
  return `for at least ${formatDuration(apartMs)} (${known})`;
}

function describeWrap(processAgeMs: number | null): string[] {
  if (processAgeMs === null)
    return [
      'how long the process runs is not known; if over 49.7 days, the ages may be whole rounds of 49.7 days short',
    ];
  if (processAgeMs < WRAP_MS) return [];
  return [
    `the process has run for ${formatDuration(processAgeMs)}; the counter of these ages wraps after 49.7 days, so they may be whole rounds of that short`,
  ];
}

function median(sorted: Float64Array): number {
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}
