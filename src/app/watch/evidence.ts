import { USUAL_MS } from '../../collect/deadline.ts';
import type { Inspection } from '../../core/model/inspection.ts';
import { SOURCE_OPTIONS } from '../../core/sources/registry.ts';
import { CERTAIN_AFTER_MS } from '../../core/classify/certainty.ts';
import { inspect } from '../inspect/inspect.ts';
import type { World } from '../world.ts';

const TOOL_MS = 10_000;
const SETTLE_MS = 250;

/**
 * The full story of one moment, with lsof and ss, and who holds what by the `stacks` that files hold and URLs answer with then. As JSON;
 * null where the process could not be looked at.
 */
export async function collectEvidence(world: World, pid: number, stacks: readonly string[]): Promise<string | null> {
  const looked = await inspect(world, {
    withinMs: USUAL_MS,
    pid,
    sources: SOURCE_OPTIONS,
    settleMs: SETTLE_MS,
    certainAfterMs: CERTAIN_AFTER_MS,
    toolTimeoutMs: TOOL_MS,
    withFlags: false,
    withQuotas: true,
    withOtherEnds: false,
    onProgress: () => undefined,
  });
  if (looked.kind !== 'inspected') return null;
  const { inspection } = looked;
  return JSON.stringify(stacks.length === 0 ? inspection : await addStacks(world, inspection, stacks));
}

async function addStacks(world: World, inspection: Inspection, names: readonly string[]): Promise<Inspection> {
  // Its parsers are many, and most watches need none of them.
  const { readStackSources } = await import('../inspect/stack-sources.ts');
  const { addHolders } = await import('../inspect/holders.ts');
  const read = await readStackSources(names);
  if (read.kind === 'read') return await addHolders(world, inspection, { sources: read.sources, say: () => undefined });
  const { because } = read;
  return { ...inspection, stacks: { reads: [], matches: [], growing: [], because } };
}
