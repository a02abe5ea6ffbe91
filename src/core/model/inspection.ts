import type { Descriptor, Kind } from './descriptor.ts';
import type { ParseFault } from './fault.ts';
import type { Finding } from './finding.ts';
import type { Holders } from './holders.ts';
import type { Limits } from './limits.ts';
import type { Place } from './place.ts';
import type { Quota } from './quota.ts';
import type { ProcessIdentity } from './process.ts';
import type { RecognisedText } from './recognised.ts';
import type { TcpState } from './socket.ts';
import type { Capability, Disagreement, Source } from './source.ts';
import type { Leak, VerdictName } from './verdict.ts';

/**
 * One look at one process: the document that `fdleak inspect --json` prints.
 * Every field is always there; what is not known is null, never 0, never left out.
 */
export interface Inspection {
  readonly schema: 'fdleak.inspection/1';
  readonly version: string;
  readonly host: string;
  readonly bootId: string | null;
  /** ISO 8601, the moment the descriptors were first listed. */
  readonly takenAt: string;
  readonly secondLookAt: string | null;
  /** Between the first and the last time that sockets in no table were asked. */
  readonly looksApartMs: number | null;
  readonly tookMs: number;
  readonly options: InspectionOptions;
  readonly process: ProcessIdentity;
  readonly limits: Limits;
  /** The limits beside RLIMIT_NOFILE that this process shares with others; null where nobody looked. */
  readonly quotas: readonly Quota[] | null;
  /** Workers of an earlier generation that it still has, as nginx has after a reload; null where nobody looked. */
  readonly oldWorkers: readonly OldWorker[] | null;
  readonly capability: Capability;
  readonly sources: readonly Source[];
  readonly disagreements: readonly Disagreement[];
  readonly descriptors: readonly Descriptor[];
  /** The descriptors by what they are and where they came from or lead to, the weightiest first. */
  readonly places: readonly Place[];
  /** Who probably holds them, by the stacks that were given; null where none were asked for. */
  readonly stacks: Holders | null;
  readonly kernelOwned: readonly KernelOwned[];
  readonly summary: Summary;
  readonly findings: readonly Finding[];
  readonly faults: readonly ParseFault[];
  /** What saved text was read as; null for a look at a living process. */
  readonly from: RecognisedText | null;
}

/** A child that only waits for its last connections; null where its descriptors may not be read. */
export interface OldWorker {
  readonly pid: number;
  readonly comm: string;
  readonly connections: number | null;
  readonly listeners: number | null;
}

export interface InspectionOptions {
  /** As `--sources` names them. */
  readonly sources: readonly string[];
  readonly settleMs: number;
  readonly certainAfterMs: number;
}

/** Rows without a descriptor on a port that this process listens on. They are no leak of descriptors. */
export interface KernelOwned {
  readonly port: number;
  readonly state: TcpState;
  readonly count: number;
}

/** All null where the descriptors could not be listed: that nothing was seen is no 0. */
export interface Summary {
  readonly byKind: Readonly<Partial<Record<Kind, number>>> | null;
  readonly byVerdict: Readonly<Partial<Record<VerdictName, number>>> | null;
  readonly byLeak: Readonly<Record<Leak, number>> | null;
}
