import type { Cause, Check, Leak, Verdict, VerdictName } from '../model/verdict.ts';
import { VERDICT_INFO } from './verdict-info.ts';

/** What a judge concludes; `leak` only where it is not the verdict's own. */
export interface VerdictDraft {
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
  readonly #made = new Map<string, Map<string, Verdict>>();

  /**
   * The verdict made before under `key` and `detail`, else the one that `judge` makes now. Two keys, because a text that is put together
   * for each of thousands of sockets costs more than to look two up.
   */
  once(key: string, judge: () => VerdictDraft, detail = ''): Verdict {
    let made = this.#made.get(key);
    if (made === undefined) {
      made = new Map();
      this.#made.set(key, made);
    }
    const known = made.get(detail);
    if (known !== undefined) return known;
    const { is, because, checked = [], cause, leak } = judge();
    const verdict = { is, cause: cause ?? null, leak: leak ?? VERDICT_INFO[is].leak, because, checked };
    made.set(detail, verdict);
    return verdict;
  }
}

/** The verdict of sockets of one table that have no connection to be over. */
export function judgeDatagram(table: string, verdicts: Verdicts): Verdict {
  return verdicts.once(table, () => ({ is: 'datagram', because: `the table ${table} lists it` }));
}
