import { formatDuration } from '../../core/parse/duration.ts';
import { FEWEST_VALUES } from '../../core/trend/span.ts';

/** In less nothing can be known to be kept. */
const MINUTE_MS = 60_000;
/** What a watch may be asked for, the shortest first. */
const INTERVALS = [
  { ms: 200, text: '200ms' },
  { ms: 500, text: '500ms' },
  { ms: 1000, text: '1s' },
  { ms: 2000, text: '2s' },
  { ms: 5000, text: '5s' },
  { ms: 10_000, text: '10s' },
  { ms: 60_000, text: '1m' },
] as const;

/**
 * `Too short to tell: growth needs 18 samples, about 3 min at 10 s. Next: watch for longer, or with --interval 2s.` An interval is
 * proposed where the same time gives samples enough.
 */
export function sayTooShort(spanMs: number, intervalMs: number): string {
  const needed = formatDuration(Math.max(FEWEST_VALUES * intervalMs, MINUTE_MS));
  const shorter = INTERVALS.findLast(({ ms }) => 2 * FEWEST_VALUES * ms <= spanMs);
  const or = shorter === undefined || shorter.ms >= intervalMs ? '' : `, or with --interval ${shorter.text}`;
  const enough = `growth needs ${FEWEST_VALUES} samples, about ${needed} at ${formatDuration(intervalMs)}`;
  return `Too short to tell: ${enough}. Next: watch for longer${or}.`;
}
