import type { Summary } from './inspection.ts';
import type { Place } from './place.ts';
import type { CountedProcess } from './counted-process.ts';

/** The answer to one process, worst first; `unseen`: counted, and not judged. */
export const STANDINGS = ['leak', 'full', 'suspect', 'unseen', 'ok'] as const;

export type Standing = (typeof STANDINGS)[number];

/** What a place is, and how many descriptors it holds. */
export type ScanPlace = Pick<Place, 'what' | 'where' | 'count' | 'leak' | 'objects' | 'perHour'>;

/** One process of the host, as far as it was seen. */
export interface ScannedProcess extends CountedProcess {
  readonly user: string | null;
  /** Arguments included; null where they may not be read, or nobody looked. */
  readonly cmdline: readonly string[] | null;
  readonly standing: Standing;
  /** Why it was not judged; null where it was. */
  readonly because: string | null;
  readonly utilization: number | null;
  /** Numbers that are free below the soft limit. */
  readonly free: number | null;
  /** Counts by verdict; null where nobody looked. */
  readonly byVerdict: Summary['byVerdict'];
  /** What weighs most comes first; empty where nobody looked closely. */
  readonly places: readonly ScanPlace[];
  /** Ids of the findings that are warnings or errors. */
  readonly findings: readonly string[];
  /** Descriptors that `--holding` asks for; null without it, or where nobody looked. */
  readonly holding: number | null;
}
