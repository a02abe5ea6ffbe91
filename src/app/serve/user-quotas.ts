import { Deadline } from '../../collect/deadline.ts';
import { readQuotas } from '../../collect/quotas.ts';
import type { QuotaUse } from '../../core/model/quota.ts';
import { callsOf, type World } from '../world.ts';

/** Users who have none are left out, and those of whom a process could not be read: they have more than was counted. */
export function readUserQuotas(world: World, withinMs: number): QuotaUse[] {
  const deadline = new Deadline(() => world.clock.monotonicMs(), withinMs);
  const request = { pid: null, uid: null, isThorough: false, deadline, calls: () => callsOf(world) };
  return readQuotas(world.proc, request).flatMap(({ name, uid, limit, used, unread }) =>
    uid === null || limit === null || used === null || used === 0 || unread !== 0 ? [] : [{ name, limit, used, uid }],
  );
}
