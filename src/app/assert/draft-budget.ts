import { USUAL_MS } from '../../collect/deadline.ts';
import { CERTAIN_AFTER_MS } from '../../core/classify/certainty.ts';
import { draftBudget } from '../../core/budget/draft-budget.ts';
import { inspect } from '../inspect/inspect.ts';
import type { Unobservable } from '../inspect/unobservable.ts';
import type { World } from '../world.ts';

const SETTLE_MS = 250;
const TOOL_TIMEOUT_MS = 10_000;

/** Looks at a process and drafts a budget that it is within. */
export async function draftFor(
  world: World,
  pid: number,
): Promise<{ readonly kind: 'drafted'; readonly text: string } | Unobservable> {
  const looked = await inspect(world, {
    withinMs: USUAL_MS,
    pid,
    sources: ['proc', 'autopsy', 'ss'],
    settleMs: SETTLE_MS,
    certainAfterMs: CERTAIN_AFTER_MS,
    toolTimeoutMs: TOOL_TIMEOUT_MS,
    withFlags: false,
    withQuotas: false,
    withOtherEnds: false,
    onProgress: () => undefined,
  });
  return looked.kind === 'inspected' ? { kind: 'drafted', text: draftBudget(looked.inspection) } : looked;
}
