import { describe, expect, it } from 'vitest';
import { applyRule } from '../../../src/core/diagnose/case.ts';
import { LOW_SOFT_LIMIT } from '../../../src/core/diagnose/low-soft-limit.ts';
import { NEAR_LIMIT } from '../../../src/core/diagnose/near-limit.ts';
import { NEAR_QUOTA } from '../../../src/core/diagnose/near-quota.ts';
import type { Quota } from '../../../src/core/model/quota.ts';
import { aCase, aSocket, HEALTHY_DESCRIPTORS } from '../../inspection-builder.ts';

describe('the rule near-limit', () => {
  it.each([
    { why: 'little is used', limits: { soft: 1024, open: 73 }, severity: null },
    { why: 'just under 80 % are used', limits: { soft: 1000, open: 799 }, severity: null },
    { why: '80 % are used', limits: { soft: 1000, open: 800 }, severity: 'warning' },
    { why: '64 are free', limits: { soft: 1000, open: 936 }, severity: 'warning' },
    { why: '63 are free', limits: { soft: 1000, open: 937 }, severity: 'error' },
    { why: '95 % of many are used', limits: { soft: 100_000, open: 95_000 }, severity: 'error' },
    { why: 'fewer than 64 are free because the limit is small', limits: { soft: 64, open: 9 }, severity: null },
    { why: 'a small limit is used to 80 %', limits: { soft: 100, open: 80 }, severity: 'error' },
    { why: 'the limit is 0', limits: { soft: 0, open: 3, free: 0 }, severity: 'error' },
    {
      why: 'the limit was lowered and no number is left',
      limits: { soft: 100, open: 2000, free: 0 },
      severity: 'error',
    },
    {
      why: 'the limit was lowered and numbers are left',
      limits: { soft: 1000, open: 1100, free: 500 },
      severity: 'warning',
    },
    {
      why: 'as many as the limit are open, some above it',
      limits: { soft: 1000, open: 1000, free: 300 },
      severity: 'warning',
    },
    {
      why: 'most open numbers lie above a lowered limit',
      limits: { soft: 1000, open: 900, free: 500 },
      severity: null,
    },
    { why: 'there is no limit', limits: { soft: 'unlimited', open: 90_000 }, severity: null },
    { why: 'the limit is not known', limits: { soft: null, open: 1020 }, severity: null },
    { why: 'the count is not known', limits: { soft: 1024, open: null }, severity: null },
    { why: 'only the count is known', limits: { soft: 1000, open: 960, free: null }, severity: 'error' },
  ] as const)('gives $severity where $why', ({ limits, severity }) => {
    expect(applyRule(NEAR_LIMIT, aCase({ limits }))?.severity ?? null).toBe(severity);
  });

  it('gives the use, the rest and the line that raises the limit', () => {
    const found = applyRule(
      NEAR_LIMIT,
      aCase({ limits: { soft: 1024, hard: 4096, open: 1000 }, viewer: { uid: 1000, hasSysResource: false } }),
    );

    expect(found?.title).toBe('1000 of 1024 descriptor numbers in use (97.6 %), 24 left');
    expect(found?.advice).toContain('`prlimit --pid 4242 --nofile=4096:4096` raises its soft limit');
  });

  it('explains a count above the limit', () => {
    expect(applyRule(NEAR_LIMIT, aCase({ limits: { soft: 1000, open: 1100, free: 500 } }))?.evidence).toContain(
      '1100 are open although the soft limit is 1000: it was lowered after they were opened; new descriptors can only use the 500 numbers left below it',
    );
  });

  it('names what fills the table', () => {
    const summary = {
      byKind: { socket: 900, file: 60 },
      byVerdict: { orphaned: 880 },
      byLeak: { certain: 880, suspect: 0, no: 80 },
    };
    const found = applyRule(NEAR_LIMIT, aCase({ limits: { soft: 1000, open: 960 }, summary }));

    expect(found?.evidence).toContain('most are of the kind socket: 900 descriptors');
    expect(found?.evidence).toContain('among them 880 orphaned');
  });
});

describe('the rule low-soft-limit', () => {
  const client = HEALTHY_DESCRIPTORS.filter(({ verdict }) => verdict.is !== 'listening');

  it.each([
    { why: 'a server at 1024 may have more', differs: { limits: { hard: 524_288 } }, fires: true },
    { why: 'its hard limit is unlimited', differs: { limits: { hard: 'unlimited' } }, fires: true },
    { why: 'its hard limit is 1024 too', differs: { limits: { hard: 1024 } }, fires: false },
    { why: 'the hard limit is not known', differs: { limits: { hard: null } }, fires: false },
    { why: 'the soft limit is not known', differs: { limits: { soft: null, hard: 4096 } }, fires: false },
    { why: 'there is no soft limit', differs: { limits: { soft: 'unlimited', hard: 'unlimited' } }, fires: false },
    { why: 'its soft limit is higher', differs: { limits: { soft: 1025, hard: 4096 } }, fires: false },
    { why: 'it serves nobody', differs: { limits: { hard: 4096 }, descriptors: [...client, aSocket()] }, fires: false },
  ] as const)('fires: $fires, where $why', ({ differs, fires }) => {
    expect(applyRule(LOW_SOFT_LIMIT, aCase(differs))?.severity ?? null).toBe(fires ? 'info' : null);
  });
});

function aQuota(differs: Partial<Quota> = {}): Quota {
  return {
    name: 'fs.inotify.max_user_instances',
    of: 'user',
    uid: 1000,
    limit: 128,
    used: 20,
    own: 0,
    unread: 0,
    holders: [],
    ...differs,
  };
}

describe('the rule near-quota', () => {
  it.each<{ why: string; quota: Partial<Quota>; severity: string | null }>([
    { why: 'others hold some', quota: { used: 127 }, severity: null },
    { why: 'others hold all', quota: { used: 128 }, severity: 'warning' },
    { why: 'it holds all', quota: { used: 128, own: 128 }, severity: 'error' },
    { why: 'it holds many of 95 %', quota: { used: 122, own: 60 }, severity: 'error' },
    { why: 'it holds many of 80 %', quota: { used: 103, own: 60 }, severity: 'warning' },
    { why: 'it holds few of 95 %', quota: { used: 122, own: 6 }, severity: null },
    { why: 'it holds many, and few are used', quota: { used: 20, own: 20 }, severity: 'info' },
    { why: 'it holds few, and few are used', quota: { used: 20, own: 12 }, severity: null },
    { why: 'the use is unknown', quota: { used: null, own: 60 }, severity: null },
    { why: 'the limit is unknown', quota: { limit: null, used: 200, own: 200 }, severity: null },
  ])('gives $severity where $why', ({ quota, severity }) => {
    const subject = aCase({ limits: { soft: 1024, open: 30 }, quotas: [aQuota(quota)] });

    expect(applyRule(NEAR_QUOTA, subject)?.severity ?? null).toBe(severity);
  });

  it('says nothing of a quota that is further than the limit of descriptors', () => {
    const subject = aCase({ limits: { soft: 100, open: 30 }, quotas: [aQuota({ used: 20, own: 20 })] });

    expect(applyRule(NEAR_QUOTA, subject)).toBeNull();
  });

  it('names the call that fails, and who holds most', () => {
    const holders = [
      { pid: 7, comm: 'code', count: 90 },
      { pid: 8, comm: 'tail', count: 30 },
      { pid: 9, comm: 'a', count: 4 },
      { pid: 10, comm: 'b', count: 4 },
    ];
    const found = applyRule(NEAR_QUOTA, aCase({ quotas: [aQuota({ used: 128, holders })] }));

    expect(found?.title).toBe(
      '128 of 128 inotify instances of user 1000 are in use: inotify_init(2) fails with EMFILE; held by code (7) 90, tail (8) 30, a (9) 4, 1 more process 4',
    );
    expect(found?.facts[0]).toMatchObject({ kind: 'quota', quota: { used: 128, limit: 128 } });
  });

  it('says "at least" where processes could not be read', () => {
    const found = applyRule(NEAR_QUOTA, aCase({ quotas: [aQuota({ used: 110, own: 100, unread: 2 })] }));

    expect(found?.title).toContain(
      'at least 110 of 128 inotify instances of user 1000 are in use, 100 by this process',
    );
  });
});
