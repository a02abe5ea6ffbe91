import { VERDICT_INFO } from '../classify/verdict-info.ts';
import { type Budget, isVerdictName } from '../model/budget.ts';
import type { SourceOption } from '../sources/registry.ts';
import type { Baseline } from './assert-budget.ts';

/** What must be read to decide a budget. Tools cost more than all the rest, and are run only where they decide. */
export function sourcesFor({ max }: Budget, baseline: Baseline | null, canAsk: boolean): SourceOption[] {
  const subjects = [...max.keys(), ...(baseline?.of ?? [])];
  const needsSs =
    subjects.some((subject) => isVerdictName(subject) && VERDICT_INFO[subject].needsSs) ||
    (baseline !== null && baseline.of.length === 0);
  const sources: SourceOption[] = ['proc', 'autopsy'];
  // Without koffi only lsof says what protocol a socket in no table has.
  if (!canAsk) sources.push('lsof');
  if (needsSs) sources.push('ss');
  return sources;
}
