import { readInotifyQuota } from '../../collect/inotify-quota.ts';
import type { ProcFs } from '../../collect/proc-fs.ts';
import type { QuotaTrend } from '../../core/model/quota.ts';
import type { Trend } from '../../core/model/trend.ts';
import { findInotify, toQuotaTrend } from '../../core/trend/nearest-end.ts';

/** Instances of inotify run out by user, mostly long before descriptors do. null where none grow. */
export function measureQuota(proc: ProcFs, pid: number | null, trends: readonly Trend[]): QuotaTrend | null {
  if (pid === null || findInotify(trends) === undefined) return null;
  const use = readInotifyQuota(proc, pid);
  return use === null ? null : toQuotaTrend(trends, use);
}
