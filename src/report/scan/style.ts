import type { Style } from '../text/style.ts';

/** How a scan is shown. */
export interface ScanStyle extends Pick<Style, 'paint' | 'columns' | 'isTerminal' | 'isQuiet'> {
  /** Every process, not only those that matter and the largest. */
  readonly showsAll: boolean;
}
