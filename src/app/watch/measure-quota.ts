import { Deadline } from '../../collect/deadline.ts';
import { readOwnership } from '../../collect/process-identity.ts';
import { readQuotas } from '../../collect/quotas.ts';
import type { QuotaTrend, QuotaUse } from '../../core/model/quota.ts';
import type { Trend } from '../../core/model/trend.ts';
import { findInotify, toQuotaTrend } from '../../core/trend/nearest-end.ts';
import { callsOf, type World } from '../world.ts';

const NAME = 'fs.inotify.max_user_instances';
const WITHIN_MS = 500;

/** Instances of inotify run out by user, mostly long before descriptors do. null where none grow. */
export function measureQuota(world: World, pid: number | null, trends: readonly Trend[]): QuotaTrend | null {
  if (pid === null || findInotify(trends) === undefined) return null;
  const use = readInotifyUse(world, pid);
  return use === null ? null : toQuotaTrend(trends, use);
}

function readInotifyUse(world: World, pid: number): QuotaUse | null {
  const { uid } = readOwnership(world.proc, pid);
  if (uid === null) return null;
  const deadline = new Deadline(() => world.clock.monotonicMs(), WITHIN_MS);
  const quotas = readQuotas(world.proc, { pid, uid, isThorough: false, deadline, calls: () => callsOf(world) });
  const { limit = null, used = null, unread = null } = quotas.find(({ name }) => name === NAME) ?? {};
  // From a part of them no time can be told.
  return limit === null || used === null || unread !== 0 ? null : { name: NAME, limit, used, uid };
}
