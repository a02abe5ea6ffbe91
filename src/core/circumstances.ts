import type { InspectionOptions, OldWorker } from './model/inspection.ts';
import type { ProcessIdentity } from './model/process.ts';
import type { Quota } from './model/quota.ts';
import type { Compared } from './sources/own-view.ts';
import type { ToolReadings } from './sources/registry.ts';

/** What surrounds the evidence of an inspection: who looked at whom, when, for how long, and what the tools beside it saw. */
export interface Circumstances extends Compared {
  readonly version: string;
  readonly host: string;
  readonly bootId: string | null;
  readonly takenAt: string;
  readonly secondLookAt: string | null;
  readonly tookMs: number;
  readonly options: InspectionOptions;
  readonly process: ProcessIdentity;
  readonly tools: ToolReadings;
  /** null where nobody looked. */
  readonly quotas: readonly Quota[] | null;
  readonly oldWorkers: readonly OldWorker[] | null;
}
