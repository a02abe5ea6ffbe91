import type { LimitsReport, MachineLimits, SystemLimits } from '../core/model/limits-report.ts';
import { type Quota, QUOTA_INFO } from '../core/model/quota.ts';
import { formatNumber, formatShare } from '../core/words/numbers.ts';
import { byShare, sayHolders, sayNearest, shareOfQuota } from '../core/words/quotas.ts';
import { escapeText } from './text/escape.ts';
import { wrap } from './text/width.ts';

/** The limits of one process as lines of text; what is not known is `unknown`. */
export function renderLimits(report: LimitsReport, columns: number): string {
  const { limits, system, quotas, raised } = report;
  const share = typeof limits.soft === 'number' ? (limits.utilization ?? 0) : 0;
  const change =
    raised === null
      ? []
      : [
          `  raised: soft ${say(raised.before.soft)} -> ${say(raised.after.soft)}, hard ${say(raised.before.hard)} -> ${say(raised.after.hard)}`,
        ];
  const percent = limits.utilization === null ? '' : ` (${formatShare(limits.utilization)})`;
  const rows: Row[] = [
    [
      'open descriptors',
      `${say(limits.open)}${percent}`,
      `highest number ${say(limits.highestFd)}, free below the soft limit ${say(limits.free)}`,
    ],
    ['soft limit', say(limits.soft), 'RLIMIT_NOFILE: at this number calls fail with EMFILE, "Too many open files"'],
    ['hard limit', say(limits.hard), 'the owner of the process may raise the soft limit to this'],
    ['table size (peak)', say(limits.peakTableSize), 'FDSize: grows with the highest number and never shrinks'],
    nrOpen(system),
    ...quotas.filter(isShown).map(toRow),
  ];
  // Those of each user are known for the whole machine alone.
  const [nearest] = byShare(quotas.filter(({ of }) => of !== 'each-user'));
  const first =
    nearest !== undefined && (shareOfQuota(nearest) ?? 0) > share
      ? sayNearest(nearest)
      : `${say(limits.open)} of ${say(limits.soft)} descriptors${percent}`;
  return [
    `${escapeText(report.comm)} (pid ${report.pid})`,
    ...change,
    ...toLines(rows, columns),
    ...wrap(`Nearest: ${first}`, columns - 2).map((line) => `  ${line}`),
    '',
  ].join('\n');
}

/** At most so many users of one quota: the machine may have thousands. */
const MOST_USERS = 5;

/** The limits that all processes share, the nearest first. */
export function renderMachineLimits({ host, system, quotas }: MachineLimits, columns: number): string {
  const unknown = quotas.filter((quota) => shareOfQuota(quota) === null);
  const shown = [...byShare(quotas).filter((quota) => quota.used !== 0 || (quota.unread ?? 0) > 0), ...unknown].filter(
    isShown,
  );
  const rows = shown.filter((quota) => shown.filter(({ name }) => name === quota.name).indexOf(quota) < MOST_USERS);
  return [
    `${escapeText(host)}: limits that all processes share`,
    ...toLines([...rows.map(toRow), nrOpen(system)], columns),
    '',
  ].join('\n');
}

type Row = readonly [what: string, value: string, note: string];

function nrOpen({ nrOpen }: SystemLimits): Row {
  return ['fs.nr_open', say(nrOpen), 'no hard limit can be above it'];
}

/** Namespaces are eight rows that say something only where they are many. */
function isShown(quota: Quota): boolean {
  return quota.of !== 'each-user' || (shareOfQuota(quota) ?? 0) >= 0.1;
}

function toRow(quota: Quota): Row {
  const { name, of, uid, used, limit, own, unread } = quota;
  const { what, error } = QUOTA_INFO[name];
  const whose = of === 'user' ? `user ${uid ?? '?'}` : of === 'machine' ? 'the whole machine' : 'each user';
  const notes = [
    whose,
    ...(own === null ? [] : [`${formatNumber(own)} by this process`]),
    ...(sayHolders(quota) === '' ? [] : [escapeText(sayHolders(quota))]),
    ...(unread !== null && unread > 0 ? [`not counted: ${unread} processes that may not be read`] : []),
    `${name}, when full ${error}`,
  ];
  const least = unread !== null && unread > 0 ? '>= ' : '';
  return [what, `${least}${sayNumber(used)} of ${sayNumber(limit)}`, notes.join('; ')];
}

function toLines(rows: readonly Row[], columns: number): string[] {
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const left = (widths[0] ?? 0) + (widths[1] ?? 0) + 6;
  return rows.flatMap(([what, value, note]) => {
    const [first = '', ...more] = wrap(note, Math.max(20, columns - left));
    return [
      `  ${what.padEnd(widths[0] ?? 0)}  ${value.padStart(widths[1] ?? 0)}  ${first}`,
      ...more.map((line) => `${' '.repeat(left)}${line}`),
    ];
  });
}

function sayNumber(count: number | null): string {
  return count === null ? 'unknown' : count >= Number.MAX_SAFE_INTEGER ? 'unlimited' : formatNumber(count);
}

function say(value: number | string | null): string {
  return value === null ? 'unknown' : String(value);
}
