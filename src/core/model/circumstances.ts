import type { ParseFault } from './fault.ts';
import type { InspectionOptions } from './inspection.ts';
import type { Limits } from './limits.ts';
import type { ProcessIdentity } from './process.ts';
import type { LsofRow } from './socket-row.ts';
import type { Capability } from './source.ts';
import type { SsReading, ToolReading } from './tool-reading.ts';
import type { Viewer } from './viewer.ts';

/** What surrounds the evidence of an inspection: who looked at whom, when, for how long, and what the tools beside it saw. */
export interface Circumstances {
  readonly version: string;
  readonly host: string;
  readonly bootId: string | null;
  readonly takenAt: string;
  readonly secondLookAt: string | null;
  readonly tookMs: number;
  readonly descriptorsTookMs: number | null;
  readonly options: InspectionOptions;
  readonly process: ProcessIdentity;
  readonly limits: Limits;
  readonly capability: Capability;
  readonly tools: ToolReadings;
  /** What was open once the tools had ended, to explain what they saw otherwise; null when no tool ran. */
  readonly openAfterTools: ReadonlySet<string> | null;
  /** Descriptors that were closed between the looks, by `fdKey`. */
  readonly dropped: ReadonlySet<string>;
  /** Whether the process lives in another network namespace than we. */
  readonly isForeignToUs: boolean;
  readonly viewer: Viewer;
  readonly faults: readonly ParseFault[];
}

export interface ToolReadings {
  readonly lsof: ToolReading<LsofRow>;
  readonly ss: SsReading;
  readonly prlimit: ToolReading<PrlimitFact>;
}

export interface PrlimitFact {
  readonly soft: Limits['soft'];
  readonly hard: Limits['hard'];
}
