import type { Counts, FullLook, Sample } from '../../core/model/sample.ts';
import type { Rollup } from '../../core/model/rollup.ts';
import type { Gap, Segment } from '../../core/model/segment.ts';
import type { Trend } from '../../core/model/trend.ts';
import { measureTrends } from '../../core/trend/measure-trends.ts';
import { ROLLUP_MS, rollUp, toInterval } from '../../core/history/roll-up.ts';
import type { SharedWatches } from './shared-watches.ts';

/** Samples in memory, and the ten-minute roll-ups before them: two weeks. */
const LEAST_SAMPLES = 1500;
const MOST_ROLLUPS = 2016;
const MOST_GAPS = 1000;

/** What a watch measures its trends from: bounded, however long it runs. Of many watches in one process each keeps less. */
export class RecentHistory {
  readonly #shared: Pick<SharedWatches, 'watches'>;
  #lastFull: FullLook | null = null;
  #segments: Segment[] = [];
  #samples: Sample[] = [];
  #rollups: Rollup[] = [];
  #gaps: Gap[] = [];

  constructor(shared: Pick<SharedWatches, 'watches'>) {
    this.#shared = shared;
  }

  /** Takes over what a watch before this one stored. */
  resume({ segments, samples, rollups, gaps }: Stored): void {
    this.#segments = [...segments];
    this.#samples = [...samples];
    this.#rollups = rollups.slice(-this.#mostRollups);
    this.#gaps = gaps.slice(-MOST_GAPS);
    this.#thin();
  }

  addSegment(segment: Segment): void {
    this.#segments.push(segment);
  }

  addGap(gap: Gap): void {
    this.#gaps.push(gap);
    if (this.#gaps.length > MOST_GAPS) this.#gaps.shift();
  }

  addSample(sample: Sample): void {
    const full = sample.full === null ? null : withShared(sample.full, this.#lastFull);
    this.#lastFull = full ?? this.#lastFull;
    const { at, segment, open, soft, hard } = sample;
    this.#samples.push(full === sample.full ? sample : { at, segment, open, soft, hard, full });
    this.#thin();
  }

  get #mostRollups(): number {
    return Math.ceil(MOST_ROLLUPS / Math.sqrt(this.#shared.watches));
  }

  get samples(): readonly Sample[] {
    return this.#samples;
  }

  measure(): Trend[] {
    const last = this.#samples.at(-1);
    return measureTrends({
      segments: this.#segments,
      samples: this.#samples,
      rollups: this.#rollups,
      gaps: this.#gaps,
      now: { open: last?.open ?? 0, soft: last?.soft ?? null },
    });
  }

  /** Sums up whole intervals of ten minutes that are no longer needed one by one. */
  #thin(): void {
    const [first] = this.#samples;
    const leastSamples = LEAST_SAMPLES / Math.sqrt(this.#shared.watches);
    if (first === undefined || this.#samples.length <= leastSamples) return;
    const end = toInterval(first.at) + ROLLUP_MS;
    const kept = this.#samples.findIndex(({ at }) => at >= end);
    if (kept < 0 || this.#samples.length - kept < leastSamples) return;
    this.#rollups.push(...rollUp(this.#samples.slice(0, kept)));
    this.#samples = this.#samples.slice(kept);
    if (this.#rollups.length > this.#mostRollups) this.#rollups = this.#rollups.slice(-this.#mostRollups);
    this.#forgetSegments();
  }

  /** Segments that no value belongs to any more. */
  #forgetSegments(): void {
    const oldest = this.#rollups[0]?.segment ?? this.#samples[0]?.segment ?? 0;
    if ((this.#segments[0]?.id ?? 0) < oldest) this.#segments = this.#segments.filter(({ id }) => id >= oldest);
  }
}

export interface Stored {
  readonly segments: readonly Segment[];
  readonly samples: readonly Sample[];
  readonly rollups: readonly Rollup[];
  readonly gaps: readonly Gap[];
}

/** Look after look counts the same: what is equal is kept once. */
function withShared(full: FullLook, last: FullLook | null): FullLook {
  if (last === null) return full;
  return {
    ...full,
    byVerdict: isSame(full.byVerdict, last.byVerdict) ? last.byVerdict : full.byVerdict,
    byKind: isSame(full.byKind, last.byKind) ? last.byKind : full.byKind,
    byPlace: isSame(full.byPlace, last.byPlace) ? last.byPlace : full.byPlace,
  };
}

function isSame(a: Counts | null, b: Counts | null): boolean {
  if (a === null || b === null) return a === b;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}
