import type { Turnover } from '../model/turnover.ts';
import { formatDuration } from '../parse/duration.ts';

/** `91 opened, 33 closed, after 50 s each`; `39 opened, none closed` */
export function formatTurnover({ opened, closed, closedAfterMs }: Turnover): string {
  const after = closedAfterMs === null ? '' : `, usually after ${formatDuration(closedAfterMs.median)}`;
  return `${opened} opened, ${closed === 0 ? 'none' : closed} closed${after}`;
}

/** `39 of 39 opened are still open, none was ever closed` */
export function formatKept(turnover: Turnover): string {
  const { opened, survivors, closed, outlived, closedAfterMs } = turnover;
  const still = `${survivors} of ${opened} opened are still open`;
  if (closed === 0) return `${still}, none was ever closed`;
  const most = closedAfterMs === null ? '' : ` within ${formatDuration(closedAfterMs.most)}`;
  return `${still}; ${closed} were closed${most}, ${outlived} have been open for three times as long`;
}
