import type { HistoryEvent } from '../../core/model/history.ts';
import type { AlertNotice, WatchState } from '../../core/model/watch.ts';
import type { Paint } from '../text/style.ts';
import { renderEventLine, renderNoticeLine, renderStateLine } from './line.ts';

interface LineStyle {
  readonly paint: Paint;
  readonly logEveryMs: number;
  readonly isQuiet: boolean;
}

/**
 * One plain line for each thing that changed: an event, an alert, another growth; and the state at least every
 * `logEveryMs`.
 */
export class LineTeller {
  readonly #style: LineStyle;
  #toldAt = Number.NEGATIVE_INFINITY;
  #growths = '';

  constructor(style: LineStyle) {
    this.#style = style;
  }

  /** Empty when there is nothing to tell. */
  tell(state: WatchState, events: readonly HistoryEvent[], notices: readonly AlertNotice[]): string {
    const { paint, logEveryMs, isQuiet } = this.#style;
    if (isQuiet) return '';
    const lines = [
      ...events.map((event) => renderEventLine(event, paint)),
      ...notices.map((notice) => renderNoticeLine(notice, paint)),
    ];
    const growths = state.trends
      .filter(({ growth, subject }) => subject === 'total' || growth === 'growing')
      .map(({ subject, growth }) => `${subject} ${growth}`)
      .join();
    if (growths !== this.#growths || state.at - this.#toldAt >= logEveryMs) {
      this.#growths = growths;
      this.#toldAt = state.at;
      lines.push(renderStateLine(state, paint));
    }
    return lines.join('');
  }
}
