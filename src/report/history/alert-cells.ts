import type { HistoryReport } from '../../core/model/report.ts';
import { formatTime } from '../../core/words/time.ts';

/** What is shown of an alert, in this order: opened, resolved, rule, severity, because. */
export const toAlertCells = ({
  openedAt,
  resolvedAt,
  rule,
  severity,
  because,
}: HistoryReport['alerts'][number]): readonly string[] => [
  formatTime(openedAt),
  resolvedAt === null ? 'still open' : formatTime(resolvedAt),
  rule,
  severity,
  because,
];
