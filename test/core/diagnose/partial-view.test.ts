import { describe, expect, it } from 'vitest';
import { applyRule } from '../../../src/core/diagnose/case.ts';
import { PARTIAL_VIEW } from '../../../src/core/diagnose/partial-view.ts';
import { aCase, aSocket, HEALTHY_DESCRIPTORS, many } from '../../inspection-builder.ts';

const NO_LSOF = { source: 'lsof', what: 'lsof', because: 'not installed', remedy: 'install lsof' } as const;
const DENIED = {
  source: 'proc-fd',
  what: 'the descriptors',
  because: '/proc/4242/fd may not be read by this user',
  remedy: 'run as root',
} as const;
const find = (capability: NonNullable<Parameters<typeof aCase>[0]>['capability'], undecided = 0) =>
  applyRule(
    PARTIAL_VIEW,
    aCase({
      ...(capability === undefined ? {} : { capability }),
      descriptors: [
        ...HEALTHY_DESCRIPTORS,
        ...many(undecided, (differs) => aSocket({ ...differs, is: 'undecided', because: 'tcp6 could not be read' })),
      ],
    }),
  );

describe('the rule partial-view', () => {
  it.each([
    { why: 'everything was seen', capability: {}, undecided: 0, severity: null },
    { why: 'a second opinion is missing', capability: { missing: [NO_LSOF] }, undecided: 0, severity: 'info' },
    {
      why: 'sockets could not be asked, and none needed to be',
      capability: { level: 'sockets' },
      undecided: 0,
      severity: null,
    },
    { why: 'a table is missing', capability: { level: 'kinds' }, undecided: 0, severity: 'warning' },
    {
      why: 'only the count is known',
      capability: { level: 'count', missing: [DENIED] },
      undecided: 0,
      severity: 'warning',
    },
    { why: 'a descriptor is undecided', capability: {}, undecided: 1, severity: 'warning' },
  ] as const)('gives $severity where $why', ({ capability, undecided, severity }) => {
    expect(find(capability, undecided)?.severity ?? null).toBe(severity);
  });

  it('lists what, because and remedy, and each reason once', () => {
    expect(find({ missing: [NO_LSOF] }, 3)).toMatchObject({
      count: 2,
      title: 'Not everything could be seen: 1 source missing, 3 descriptors undecided',
      evidence: ['3 undecided: tcp6 could not be read', 'lsof: not installed'],
      advice: 'To see everything: install lsof.',
    });
  });

  it.each([
    {
      why: 'ss was not chosen, and only ss could tell',
      differs: { options: { sources: ['proc', 'autopsy'], settleMs: 250, certainAfterMs: 600_000 } },
      state: 'ESTABLISHED',
      advice: 'To see everything: add ss to --sources: only ss shows the state of an MPTCP connection.',
    },
    {
      why: 'a table changed under a look by root',
      differs: {},
      state: 'CLOSE',
      advice: 'Inspect again: some sockets change while the tables are read.',
    },
    {
      why: 'a table changed under a look by another user',
      differs: { viewer: { uid: 1000, hasSysResource: false } },
      state: 'CLOSE',
      advice: 'Inspect again: some sockets change while the tables are read. Those that stay undecided need root.',
    },
  ] as const)('advises what helps where $why', ({ differs, state, advice }) => {
    const descriptors = [...HEALTHY_DESCRIPTORS, aSocket({ fd: 90, is: 'undecided', socket: { state } })];
    expect(applyRule(PARTIAL_VIEW, aCase({ descriptors, ...differs }))?.advice).toBe(advice);
  });
});
