import type { LimitsReport } from '../core/model/limits-report.ts';
import { formatShare } from '../core/words/numbers.ts';
import { byShare, sayNearest, shareOfQuota } from '../core/words/quotas.ts';
import { escapeText } from './text/escape.ts';
import { wrap } from './text/width.ts';
import { type LimitsRow, toNrOpenRow, isQuotaShown, toQuotaRow, toLimitsLines, sayLimit } from './limits-rows.ts';

/** The limits of one process as lines of text; what is not known is `unknown`. */
export function renderLimits(report: LimitsReport, columns: number): string {
  const { limits, system, quotas, raised } = report;
  const share = typeof limits.soft === 'number' ? (limits.utilization ?? 0) : 0;
  const change =
    raised === null
      ? []
      : [
          `  raised: soft ${sayLimit(raised.before.soft)} -> ${sayLimit(raised.after.soft)}, hard ${sayLimit(raised.before.hard)} -> ${sayLimit(raised.after.hard)}`,
        ];
  const percent = limits.utilization === null ? '' : ` (${formatShare(limits.utilization)})`;
  const rows: LimitsRow[] = [
    [
      'open descriptors',
      `${sayLimit(limits.open)}${percent}`,
      `highest number ${sayLimit(limits.highestFd)}, free below the soft limit ${sayLimit(limits.free)}`,
    ],
    [
      'soft limit',
      sayLimit(limits.soft),
      'RLIMIT_NOFILE: at this number calls fail with EMFILE, "Too many open files"',
    ],
    ['hard limit', sayLimit(limits.hard), 'the owner of the process may raise the soft limit to this'],
    ['table size (peak)', sayLimit(limits.peakTableSize), 'FDSize: grows with the highest number and never shrinks'],
    toNrOpenRow(system),
    ...quotas.filter(isQuotaShown).map(toQuotaRow),
  ];
  // Those of each user are known for the whole machine alone.
  const [nearest] = byShare(quotas.filter(({ of }) => of !== 'each-user'));
  const first =
    nearest !== undefined && (shareOfQuota(nearest) ?? 0) > share
      ? sayNearest(nearest)
      : `${sayLimit(limits.open)} of ${sayLimit(limits.soft)} descriptors${percent}`;
  return [
    `${escapeText(report.comm)} (pid ${report.pid})`,
    ...change,
    ...toLimitsLines(rows, columns),
    ...wrap(`Nearest: ${first}`, columns - 2).map((line) => `  ${line}`),
    '',
  ].join('\n');
}
