import type { IgnorePattern } from '../model/budget.ts';
import type { Descriptor } from '../model/descriptor.ts';
import { findUnsteady, type Growth, type OpenKeys, measureGrowth, toLookKey } from './growth.ts';
import { withoutIgnored } from './ignore.ts';

export interface GrowthJudgement {
  /** What stayed, kind by kind. */
  readonly growth: readonly Growth[];
  /** What stayed after every run only in all, so that it cannot be told; null where something leaks, or nothing does. */
  readonly unsteady: Growth | null;
}

export const NO_GROWTH: GrowthJudgement = { growth: [], unsteady: null };

/** Measures growth over looks, before the first run and after each, up to what is open at the end. What is ignored counts nowhere. */
export function judgeGrowth(
  looks: readonly OpenKeys[],
  open: readonly Descriptor[],
  ignore: readonly IgnorePattern[],
): GrowthJudgement {
  const final = withoutIgnored(open, ignore);
  const kept = new Set(final);
  const ignored = new Set(open.filter((one) => !kept.has(one)).map(({ fd, target }) => toLookKey(fd, target)));
  const counted = ignored.size === 0 ? looks : looks.map((look) => withoutKeys(look, ignored));
  const growth = measureGrowth(counted, final);
  return { growth, unsteady: findUnsteady(growth, counted, final) };
}

function withoutKeys(look: OpenKeys, keys: ReadonlySet<string>): OpenKeys {
  return new Set([...look].filter((key) => !keys.has(key)));
}
