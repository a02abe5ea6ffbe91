import { describe, expect, it } from 'vitest';
import { adviseRaise } from '../../../src/core/diagnose/raise-limit.ts';
import { aCase } from '../../inspection-builder.ts';

describe('adviseRaise', () => {
  it.each([
    {
      soft: 1024,
      hard: 524_288,
      line: '`prlimit --pid 4242 --nofile=4096:524288` raises its soft limit while it runs',
    },
    { soft: 1024, hard: 2000, line: '`prlimit --pid 4242 --nofile=2000:2000` raises its soft limit' },
    { soft: 64, hard: 'unlimited', line: '`prlimit --pid 4242 --nofile=1024:unlimited` raises' },
    {
      soft: 1024,
      hard: null,
      line: '`prlimit --pid 4242 --nofile=4096:` raises its soft limit while it runs, if the hard',
    },
    {
      soft: 1024,
      hard: 1024,
      line: '`prlimit --pid 4242 --nofile=4096:4096` raises its soft and its hard limit, which are both 1024',
    },
    { soft: 1_048_576, hard: 1_048_576, line: 'first raise fs.nr_open' },
  ] as const)('gives the line for soft $soft and hard $hard', ({ soft, hard, line }) => {
    expect(adviseRaise(aCase({ limits: { soft, hard } }))).toContain(line);
  });

  it.each([
    { soft: 'unlimited', hard: 'unlimited' },
    { soft: null, hard: null },
  ] as const)('has nothing to raise where the soft limit is $soft', ({ soft, hard }) => {
    expect(adviseRaise(aCase({ limits: { soft, hard } }))).toBeNull();
  });

  it.each([
    { limit: 'soft', uid: 1000, hasSysResource: false, says: 'you may run it: the process is yours' },
    { limit: 'soft', uid: 0, hasSysResource: true, says: 'you may run it (CAP_SYS_RESOURCE)' },
    { limit: 'soft', uid: 0, hasSysResource: false, says: 'you (uid 0) may not: run it as uid 1000' },
    { limit: 'soft', uid: 7, hasSysResource: false, says: 'you (uid 7) may not' },
    { limit: 'soft', uid: null, hasSysResource: false, says: 'whether you may run it is unknown' },
    { limit: 'soft', uid: 0, hasSysResource: null, says: 'whether you have it is unknown' },
    { limit: 'hard', uid: 1000, hasSysResource: false, says: 'you (uid 1000) may not: this needs CAP_SYS_RESOURCE' },
    { limit: 'hard', uid: 0, hasSysResource: true, says: 'you may run it (CAP_SYS_RESOURCE)' },
    { limit: 'hard', uid: 0, hasSysResource: null, says: 'whether you have it is unknown' },
  ])(
    'says whether uid $uid (CAP_SYS_RESOURCE: $hasSysResource) may raise the $limit limit',
    ({ limit, says, ...viewer }) => {
      const hard = limit === 'soft' ? 4096 : 1024;
      expect(adviseRaise(aCase({ limits: { hard }, viewer }))).toContain(says);
    },
  );
});
