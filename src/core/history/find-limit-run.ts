import type { LimitRun } from '../model/limit-run.ts';
import type { Sample } from '../model/sample.ts';

/** The stretch at the soft limit that the samples end with; null where the last of them had descriptors left. */
export function findLimitRun(samples: readonly Sample[]): LimitRun | null {
  let since: number | null = null;
  for (const sample of samples.toReversed()) {
    if (!isFull(sample)) return since === null ? null : { after: sample.at, since };
    since = sample.at;
  }
  return since === null ? null : { after: null, since };
}

function isFull({ open, soft }: Sample): boolean {
  return typeof soft === 'number' && open >= soft;
}
