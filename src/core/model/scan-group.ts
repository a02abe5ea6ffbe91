import type { Standing, ScannedProcess } from './scanned-process.ts';

export interface ScanGroup {
  readonly name: string;
  readonly processes: number;
  readonly open: number | null;
  /** Counts by standing, without those that have none. */
  readonly standings: Readonly<Partial<Record<Standing, number>>>;
  readonly worst: ScannedProcess;
}

export const GROUPINGS = ['unit', 'container', 'user', 'name'] as const;

export type Grouping = (typeof GROUPINGS)[number];
