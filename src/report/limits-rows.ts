import type { SystemLimits } from '../core/model/limits-report.ts';
import { type Quota, QUOTA_INFO } from '../core/model/quota.ts';
import { formatNumber } from '../core/words/numbers.ts';
import { sayHolders, shareOfQuota } from '../core/words/quotas.ts';
import { escapeText } from './text/escape.ts';
import { wrap } from './text/width.ts';

export type LimitsRow = readonly [what: string, value: string, note: string];

/** The highest that any hard limit may be. */
export function toNrOpenRow({ nrOpen }: SystemLimits): LimitsRow {
  return ['fs.nr_open', sayLimit(nrOpen), 'no hard limit can be above it'];
}

/** Namespaces are eight rows that say something only where they are many. */
export function isQuotaShown(quota: Quota): boolean {
  return quota.of !== 'each-user' || (shareOfQuota(quota) ?? 0) >= 0.1;
}

/** `processes of user 1000`, `1,204 of 63,000`, and whose they are. */
export function toQuotaRow(quota: Quota): LimitsRow {
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

/** Rows as lines in columns, their notes wrapped. */
export function toLimitsLines(rows: readonly LimitsRow[], columns: number): string[] {
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

export function sayLimit(value: number | string | null): string {
  return value === null ? 'unknown' : String(value);
}
