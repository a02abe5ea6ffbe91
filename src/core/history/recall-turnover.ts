import type { Life } from '../model/life.ts';
import type { Sample } from '../model/sample.ts';
import type { Rollup } from '../model/rollup.ts';
import type { Segment } from '../model/segment.ts';
import { sumMoved } from './roll-up.ts';
import type { Recalled } from './turnover-book.ts';

/** What a history holds of its latest process. */
export interface Remembered {
  readonly segments: readonly Segment[];
  readonly samples: readonly Sample[];
  readonly rollups: readonly Rollup[];
  /** All that are kept, also of processes before. */
  readonly lives: readonly Life[];
}

/** What is to be known of the latest process to go on with its turnover; null where no look at it is kept. */
export function recallTurnover({ segments, samples, rollups, lives }: Remembered): Recalled | null {
  const first = segments.findLast(({ because }) => because !== 'limit-changed');
  if (first === undefined) return null;
  const looks = samples.filter(({ segment, full }) => segment >= first.id && full !== null);
  const firstSample = samples[0]?.at ?? Number.POSITIVE_INFINITY;
  const earlier = rollups.filter(
    ({ at, segment, fullLooks }) => at < firstSample && segment >= first.id && fullLooks > 0,
  );
  if (looks.length + earlier.length === 0) return null;
  const moved = sumMoved([
    ...earlier.map((one) => one.moved),
    ...looks.flatMap(({ full }) => (full === null ? [] : [full.moved])),
  ]);
  const own = lives.filter(({ segment }) => segment >= first.id);
  const startedAt = Math.min(
    ...own.map(({ firstSeen }) => firstSeen),
    looks[0]?.at ?? Infinity,
    earlier[0]?.at ?? Infinity,
  );
  return { startedAt, moved, lives: own };
}
