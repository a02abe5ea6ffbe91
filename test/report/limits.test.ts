import { expect, it } from 'vitest';
import type { Quota } from '../../src/core/model/quota.ts';
import { renderMachineLimits } from '../../src/report/machine-limits.ts';

const aQuota = (differs: Partial<Quota>): Quota => ({
  name: 'fs.inotify.max_user_instances',
  of: 'user',
  uid: 1000,
  limit: 128,
  used: 0,
  own: null,
  unread: 0,
  holders: [],
  ...differs,
});

const rowsOf = (...quotas: readonly Quota[]): string[] =>
  renderMachineLimits(
    { schema: 'fdleak.machine-limits/1', host: 'h', system: { nrOpen: 1, openFiles: 1, fileMax: 2 }, quotas },
    200,
  ).split('\n');

it('shows a quota of which nothing could be read, and not as 0', () => {
  const rows = rowsOf(
    aQuota({ unread: 80 }),
    aQuota({ uid: 1001 }),
    aQuota({ name: 'kernel.pty.max', of: 'machine', used: null }),
  );
  expect(rows[1]).toMatch(/inotify instances +>= 0 of 128 .*not counted: 80 processes that may not be read/);
  expect(rows[2]).toMatch(/pseudoterminals +unknown of 128/);
  expect(rows.join()).not.toContain('user 1001');
});
