import type { Quota } from '../model/quota.ts';
import { QUOTA_INFO } from '../model/quota.ts';
import { formatNumber } from '../words/numbers.ts';
import { byShare, sayHolders, sayNearest, sayQuota, shareOfQuota } from '../words/quotas.ts';
import type { Case, Found, Rule } from './case.ts';
import { measureLimitUse } from './limit-use.ts';
import { toStatement } from './statement.ts';

/** As for descriptors. */
const NEAR = 0.8;
const EXTREME = 0.95;
/** Who holds less of a quota is not who uses it up. */
const PART = 0.05;
/** Far from full, and worth a line only to who holds so much of it that growth would meet it before the limit of descriptors. */
const LARGE_PART = 0.1;

/**
 * A limit beside RLIMIT_NOFILE runs out: from 80 % on for a process that holds a twentieth of it, used up for every process that it
 * stops. Of several the nearest.
 */
export const NEAR_QUOTA = { id: 'near-quota', about: 'limit', find } as const satisfies Rule;

function find({ inspection }: Case): Found | null {
  const own = measureLimitUse(inspection.limits)?.share ?? 0;
  const [nearest, ...others] = byShare(inspection.quotas ?? []).filter((quota) => severityOf(quota, own) !== null);
  if (nearest === undefined) return null;
  const { name, holders, own: held } = nearest;
  return {
    severity: severityOf(nearest, own) ?? 'info',
    count: nearest.used ?? 0,
    title: titleOf(nearest),
    evidence: [
      ofQuota({ quota: nearest }),
      ...(holders.length === 0 ? [] : [heldBy({ quota: nearest })]),
      ...(held === null ? [] : [ownPart({ own: held })]),
      ...others.map((quota) => ofQuota({ quota })),
    ],
    checked: [],
    advice: adviseOn(name),
  };
}

function severityOf(quota: Quota, descriptors: number): Found['severity'] | null {
  const share = shareOfQuota(quota) ?? 0;
  const part = (quota.own ?? 0) / (quota.limit ?? Infinity);
  if (part >= PART && share >= EXTREME) return 'error';
  if (share >= 1 || (part >= PART && share >= NEAR)) return 'warning';
  return part >= LARGE_PART && share > descriptors ? 'info' : null;
}

function titleOf(quota: Quota): string {
  const share = shareOfQuota(quota) ?? 0;
  const holders = sayHolders(quota);
  const who = holders === '' ? '' : `; ${holders}`;
  const { call, error } = QUOTA_INFO[quota.name];
  if (share >= 1) return `${sayQuota(quota)} are in use: ${call} fails with ${error}${who}`;
  const own = quota.own === null ? '' : `, ${formatNumber(quota.own)} by this process`;
  const next = share >= NEAR ? '' : ': nearer than the limit of descriptors';
  return `${sayQuota(quota)} are in use${own}${next}${share >= NEAR ? who : ''}`;
}

function adviseOn(name: Quota['name']): string {
  const cause = name.startsWith('fs.inotify')
    ? 'close each instance when its watcher ends; one instance can watch many paths'
    : 'find who holds most, and what of it is no longer wanted';
  return `Tonight: \`sysctl -w ${name}=N\` as root raises it at once (fdleak limits shows all of them).\nTomorrow: ${cause}.`;
}

const ofQuota = toStatement('quota', ({ quota }: { quota: Quota }) => `${quota.name}: ${sayNearest(quota)}`);

const heldBy = toStatement('quota-holders', ({ quota }: { quota: Quota }) => sayHolders(quota));

const ownPart = toStatement(
  'quota-own',
  ({ own }: { own: number }) => `this process holds ${own === 0 ? 'none' : formatNumber(own)} of them`,
);
