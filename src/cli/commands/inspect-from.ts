import { inspectSaved } from '../../app/inspect/saved.ts';
import { readAll, type StackSources } from '../../app/inspect/stack-sources.ts';
import { NO_STACKS } from '../../core/saved/stack-evidence.ts';
import type { Inspection } from '../../core/model/inspection.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode, exitCodeOf, type FailOn } from '../exit-code.ts';

export interface FromOptions {
  readonly from: readonly string[];
  readonly pid?: number;
  readonly failOn: FailOn;
  readonly stacks: StackSources | null;
}

/** `fdleak inspect --from …`: the inspection that saved text comes to, or null where it comes to none, and the exit status. */
export async function inspectFrom(
  { from, pid, failOn, stacks: sources }: FromOptions,
  context: Context,
): Promise<{ readonly inspection: Inspection | null; readonly code: ExitCode }> {
  context.progress(`reading ${from.join(', ')}`);
  const stacks = sources === null ? NO_STACKS : await readAll(context.world, sources);
  const outcome = await inspectSaved({ paths: from, pid: pid ?? null, stacks, version: context.world.version });
  context.endProgress();
  if (outcome.kind === 'inspected')
    return { inspection: outcome.inspection, code: exitCodeOf(outcome.inspection, failOn) };
  context.fail(`cannot read saved text: ${outcome.because}. Next: ${outcome.remedy}.`);
  return { inspection: null, code: outcome.isUsage ? EXIT.usage : EXIT.cannotTell };
}
