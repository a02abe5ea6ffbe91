import { formatDuration } from '../../core/parse/duration.ts';
import { FEWEST_VALUES } from '../../core/trend/span.ts';

/** In less nothing can be known to be kept. */
const MINUTE_MS = 60_000;
/** What a watch may be asked for, the shortest first. */
const INTERVALS = { '200ms': 200, '500ms': 500, '1s': 1000, '2s': 2000, '5s': 5000, '10s': 10_000, '1m': 60_000 };

/**
 * `Too short to tell: growth needs 18 samples, about 3 min at 10 s. Next: watch for longer, or with --interval 2s.` An interval is
 * proposed where the same time gives samples enough.
 */
export function sayTooShort(spanMs: number, intervalMs: number): string {
  const needed = formatDuration(Math.max(FEWEST_VALUES * intervalMs, MINUTE_MS));
  const [shorter, ms = 0] = Object.entries(INTERVALS).findLast(([, each]) => 2 * FEWEST_VALUES * each <= spanMs) ?? [];
  const or = shorter === undefined || ms >= intervalMs ? '' : `, or with --interval ${shorter}`;
  const enough = `growth needs ${FEWEST_VALUES} samples, about ${needed} at ${formatDuration(intervalMs)}`;
  return `Too short to tell: ${enough}. Next: watch for longer${or}.`;
}
