import type { Cause, Check, Leak, Verdict, VerdictName } from '../model/verdict.ts';
import { VERDICT_INFO } from './verdict-info.ts';

const made = new Map<string, Verdict>();

interface Judgement {
  readonly is: VerdictName;
  readonly because: string;
  readonly checked?: readonly Check[];
  readonly cause?: Cause;
  readonly leak?: Leak;
}

/**
 * Makes a verdict; equal ones are one object, because thousands of descriptors share a few dozen.
 * So `because` never holds a number that is a socket's own: those stand in its evidence.
 */
export function toVerdict({ is, because, checked = [], cause, leak }: Judgement): Verdict {
  const key = `${is}|${cause ?? ''}|${leak ?? ''}|${because}|${checked.join()}`;
  const known = made.get(key);
  if (known !== undefined) return known;
  const verdict = Object.freeze({ is, cause: cause ?? null, leak: leak ?? VERDICT_INFO[is].leak, because, checked });
  made.set(key, verdict);
  return verdict;
}
