import type { HistoryStatus } from '../../core/model/watch.ts';
import { formatCount } from '../../core/words/numbers.ts';

/** `no space left; 3 samples wait in memory, 2 are lost`; null where the history is written. */
export function formatTrouble({ trouble, waiting, dropped }: HistoryStatus): string | null {
  if (trouble === null || waiting === 0) return trouble;
  const lost = dropped === 0 ? '' : `, ${dropped} ${dropped === 1 ? 'is' : 'are'} lost`;
  return `${trouble}; ${formatCount(waiting, 'sample waits', 'samples wait')} in memory${lost}`;
}

/** Says once that a history cannot be written, and once that it can be again: a changed number of waiting samples is not worth a line. */
export class TroubleTeller {
  #told: string | null = null;

  /** One line for stderr; null when there is nothing new. */
  news(history: HistoryStatus): string | null {
    const { trouble, path } = history;
    if (trouble === this.#told) return null;
    this.#told = trouble;
    return `history ${path ?? ''}: ${formatTrouble(history) ?? 'being written again; nothing was lost'}`;
  }
}
