import type { HistoryStatus } from '../../core/model/watch.ts';

/** Says once that a history cannot be written, and once that it can be again. */
export class TroubleTeller {
  #told: string | null = null;

  /** One line for stderr; null when there is nothing new. */
  news({ trouble, path }: HistoryStatus): string | null {
    const now = withoutNumbers(trouble);
    if (now === this.#told) return null;
    this.#told = now;
    return trouble === null
      ? `history ${path ?? ''}: written again, nothing that was seen since is missing`
      : `history ${path ?? ''}: ${trouble}`;
  }
}

/** How many ticks wait changes at every tick: that is no news. */
function withoutNumbers(text: string | null): string | null {
  return text?.replace(/; \d+ ticks? waits?.*$/, '') ?? null;
}
