import { type Quota, QUOTA_INFO } from '../model/quota.ts';
import { formatNumber, formatShare } from './numbers.ts';

/** Named one by one; the others are counted. */
const MOST_HOLDERS = 3;

/** How far it is used, 1 is full; null where that or the limit is not known. */
export function shareOfQuota({ used, limit }: Quota): number | null {
  return used === null || limit === null || limit <= 0 ? null : used / limit;
}

/** `128 of 128 inotify instances of user 61234`; of processes that could not be read, `at least` so many. */
export function sayQuota(quota: Quota): string {
  const { name, of, uid, used, limit, unread } = quota;
  const least = unread !== null && unread > 0 && used !== limit ? 'at least ' : '';
  const whose = of === 'user' ? ` of user ${uid ?? '?'}` : of === 'machine' ? ' of this machine' : '';
  return `${least}${sayNumber(used)} of ${sayNumber(limit)} ${QUOTA_INFO[name].what}${whose}`;
}

/** `held by nodemon (4242) 90, code (17) 30, 2 more processes 8`; empty where nobody is known to hold any. */
export function sayHolders({ holders, used }: Quota): string {
  const named = holders.slice(0, MOST_HOLDERS);
  const rest = (used ?? 0) - named.reduce((sum, { count }) => sum + count, 0);
  const others = holders.length - named.length;
  const parts = named.map(({ pid, comm, count }) => `${comm} (${pid}) ${formatNumber(count)}`);
  if (others > 0 && rest > 0)
    parts.push(`${others} more ${others === 1 ? 'process' : 'processes'} ${formatNumber(rest)}`);
  return parts.length === 0 ? '' : `held by ${parts.join(', ')}`;
}

/** Quotas whose use is known, the fullest first. */
export function byShare(quotas: readonly Quota[]): readonly Quota[] {
  return quotas
    .filter((quota) => shareOfQuota(quota) !== null)
    .toSorted((a, b) => (shareOfQuota(b) ?? 0) - (shareOfQuota(a) ?? 0));
}

/** `100 of 128 inotify instances of user 1000 (78.1 %)` */
export function sayNearest(quota: Quota): string {
  return `${sayQuota(quota)} (${formatShare(shareOfQuota(quota))})`;
}

function sayNumber(count: number | null): string {
  return count === null ? '?' : formatNumber(count);
}
