import type { ScannedProcess } from '../model/scanned-process.ts';
import type { Labels, MetricSample } from './metric.ts';

export interface FamilySample<Family> {
  readonly family: Family;
  readonly sample: MetricSample;
}

/** The open descriptors and the soft limit of one process, as far as they are known. */
export function toUse<Family extends string>(
  { open, soft }: ScannedProcess,
  labels: Labels,
  [ofOpen, ofMost]: readonly [Family, Family],
): FamilySample<Family>[] {
  const samples: FamilySample<Family>[] = [];
  if (open !== null) samples.push({ family: ofOpen, sample: { labels, value: open } });
  // No limit has no number.
  if (typeof soft === 'number') samples.push({ family: ofMost, sample: { labels, value: soft } });
  return samples;
}
