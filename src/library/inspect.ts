import { USUAL_MS } from '../collect/deadline.ts';
import { inspect as inspectProcess } from '../app/inspect/inspect.ts';
import { CERTAIN_AFTER_MS } from '../core/classify/certainty.ts';
import { compareInspections } from '../core/compare/compare.ts';
import type { Diff } from '../core/model/diff.ts';
import type { Inspection } from '../core/model/inspection.ts';
import type { SourceOption } from '../core/sources/registry.ts';
import { ObservationError } from './errors.ts';
import { whyUnsupported } from './platform.ts';
import { theWorld } from './world.ts';

export interface InspectOptions {
  /** What to read besides /proc. Default: `['proc', 'autopsy']`, which runs no other program. */
  readonly sources?: readonly SourceOption[];
  /** Pause before sockets in no table are looked at again, ms. Default 250; 0 turns it off. */
  readonly settleMs?: number;
  /** How long a connection must have been over to be a certain leak, ms. Default 600,000. */
  readonly certainAfterMs?: number;
  /** How long lsof, ss and prlimit may take, where they are among the sources, ms. Default 10,000. */
  readonly toolTimeoutMs?: number;
  /** Reads the open flags of each descriptor as well. Default false. */
  readonly withFlags?: boolean;
}

/**
 * Looks at a process, which may be the calling one: what `fdleak inspect <pid> --json` prints. Descriptors that the look itself
 * takes are not in it.
 *
 *     const { summary } = await inspect(process.pid);
 *     summary.byVerdict?.orphaned ?? 0
 *
 * Rejects with an {@link ObservationError} where there is nothing to look at: no such process, no permission, no Linux.
 */
export async function inspect(pid: number, options: InspectOptions = {}): Promise<Inspection> {
  const unsupported = whyUnsupported();
  if (unsupported !== null) throw new ObservationError(unsupported);
  const outcome = await inspectProcess(theWorld(), {
    pid,
    sources: options.sources ?? ['proc', 'autopsy'],
    settleMs: options.settleMs ?? 250,
    certainAfterMs: options.certainAfterMs ?? CERTAIN_AFTER_MS,
    toolTimeoutMs: options.toolTimeoutMs ?? 10_000,
    withinMs: USUAL_MS,
    withFlags: options.withFlags ?? false,
    withQuotas: options.settleMs !== 0,
    withOtherEnds: false,
    onProgress: () => undefined,
  });
  if (outcome.kind === 'inspected') return outcome.inspection;
  throw new ObservationError(`cannot inspect process ${pid}: ${outcome.because}. Next: ${outcome.remedy}.`);
}

/** Compares two inspections: what came, what went, what changed. The same process by object, another by likeness. */
export function diff(before: Inspection, after: Inspection): Diff {
  return compareInspections(before, after);
}
