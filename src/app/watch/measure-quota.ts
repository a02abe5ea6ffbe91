import type { KernelCalls } from '../../collect/kernel-calls.ts';
import { readOwnership } from '../../collect/process-identity.ts';
import { readQuotas } from '../../collect/quotas.ts';
import type { QuotaTrend, QuotaUse } from '../../core/model/quota.ts';
import type { Trend } from '../../core/model/trend.ts';
import { findInotify, toQuotaTrend } from '../../core/trend/nearest-end.ts';
import type { World } from '../world.ts';

const NAME = 'fs.inotify.max_user_instances';
const DEADLINE_MS = 500;

/** Instances of inotify run out by user, mostly long before descriptors do. null where none grow. */
export function measureQuota(world: World, pid: number | null, trends: readonly Trend[]): QuotaTrend | null {
  if (pid === null || findInotify(trends) === undefined) return null;
  const use = readInotifyUse(world, pid);
  return use === null ? null : toQuotaTrend(trends, use);
}

function readInotifyUse(world: World, pid: number): QuotaUse | null {
  const { uid } = readOwnership(world.proc, pid);
  if (uid === null) return null;
  const request = { pid, uid, isThorough: false, deadlineMs: DEADLINE_MS, calls: () => toCalls(world) };
  const quotas = readQuotas(world.proc, request, () => world.clock.monotonicMs());
  const { limit, used } = quotas.find(({ name }) => name === NAME) ?? { limit: null, used: null };
  return limit === null || used === null ? null : { name: NAME, limit, used, uid };
}

function toCalls(world: World): KernelCalls | null {
  const load = world.kernelCalls();
  return load.kind === 'loaded' ? load.calls : null;
}
