import { VERDICT_INFO } from '../classify/verdict-info.ts';
import type { Descriptor } from '../model/descriptor.ts';
import type { Diff } from '../model/diff.ts';
import type { AssertionResult } from '../model/assertion.ts';

/** Whether something of a leaking verdict is new (`failed`), or something that may be (`undecidable`). */
export function judgeDiff({ added, changed }: Diff): AssertionResult {
  const news = [
    ...added,
    ...changed.filter((one) => one.before.verdict.is !== one.after.verdict.is).map((one) => one.after),
  ];
  if (news.some(isLeaking)) return 'failed';
  return news.some(isDoubtful) ? 'undecidable' : 'passed';
}

/** Of a verdict that is a leak or a suspect. */
function isLeaking(descriptor: Descriptor): boolean {
  return VERDICT_INFO[descriptor.verdict.is].leak !== 'no' && !isDoubtful(descriptor);
}

function isDoubtful({ verdict }: Descriptor): boolean {
  return VERDICT_INFO[verdict.is].of === null;
}
