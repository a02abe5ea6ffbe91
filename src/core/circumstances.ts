import type { Inspection } from './model/inspection.ts';
import type { Compared } from './sources/own-view.ts';
import type { ToolReadings } from './sources/registry.ts';

/** What surrounds the evidence of an inspection: who looked at whom, when, for how long, and what the tools beside it saw. */
export interface Circumstances extends Compared, Pick<Inspection, Told> {
  readonly process: Inspection['process'];
  readonly tools: ToolReadings;
}

/** What an inspection tells of them as it is. */
type Told = 'version' | 'host' | 'bootId' | 'takenAt' | 'secondLookAt' | 'tookMs' | 'options' | 'quotas' | 'oldWorkers';
