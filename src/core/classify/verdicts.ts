import type { Cause, Check, Leak, Verdict, VerdictName } from '../model/verdict.ts';
import { VERDICT_INFO } from './verdict-info.ts';

/** What a judge concludes; `leak` only where it is not the verdict's own. */
export interface Judgement {
  readonly is: VerdictName;
  readonly because: string;
  readonly checked?: readonly Check[];
  readonly cause?: Cause;
  readonly leak?: Leak;
}

/**
 * The verdicts of one inspection. Thousands of descriptors share a few dozen, so each is made once, under a short key;
 * `because` therefore never holds a number that is a socket's own: those stand in its evidence.
 */
export class Verdicts {
  readonly #made = new Map<string, Verdict>();

  /** The verdict made before under `key`, else the one that `judge` makes now. */
  once(key: string, judge: () => Judgement): Verdict {
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    const { is, because, checked = [], cause, leak } = judge();
    const verdict = { is, cause: cause ?? null, leak: leak ?? VERDICT_INFO[is].leak, because, checked };
    this.#made.set(key, verdict);
    return verdict;
  }
}
