import { describe, expect, it } from 'vitest';
import { adviseRaise } from '../../../src/core/diagnose/raise-limit.ts';
import { aCase } from '../../inspection-builder.ts';

const OWNER = { uid: 1000, hasSysResource: false };

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
    { why: 'the owner', viewer: OWNER, says: 'you may run it: the process is yours' },
    {
      why: 'root with the capability',
      viewer: { uid: 0, hasSysResource: true },
      says: 'you may run it (CAP_SYS_RESOURCE)',
    },
    {
      why: 'root without it',
      viewer: { uid: 0, hasSysResource: false },
      says: 'you (uid 0) may not: run it as uid 1000',
    },
    { why: 'another user', viewer: { uid: 7, hasSysResource: false }, says: 'you (uid 7) may not' },
    {
      why: 'an unknown user',
      viewer: { uid: null, hasSysResource: false },
      says: 'whether you may run it is unknown',
    },
    {
      why: 'root of unknown capability',
      viewer: { uid: 0, hasSysResource: null },
      says: 'whether you have it is unknown',
    },
  ])('says whether $why may raise the soft limit', ({ viewer, says }) => {
    expect(adviseRaise(aCase({ limits: { hard: 4096 }, viewer }))).toContain(says);
  });

  it.each([
    { why: 'the owner', viewer: OWNER, says: 'you (uid 1000) may not: this needs CAP_SYS_RESOURCE' },
    {
      why: 'root with the capability',
      viewer: { uid: 0, hasSysResource: true },
      says: 'you may run it (CAP_SYS_RESOURCE)',
    },
    {
      why: 'a user of unknown capability',
      viewer: { uid: 0, hasSysResource: null },
      says: 'whether you have it is unknown',
    },
  ])('says whether $why may raise the hard limit', ({ viewer, says }) => {
    expect(adviseRaise(aCase({ limits: { hard: 1024 }, viewer }))).toContain(says);
  });
});
