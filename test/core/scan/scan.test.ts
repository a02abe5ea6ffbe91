import { describe, expect, it } from 'vitest';
import { chooseLooks } from '../../../src/core/scan/choose.ts';
import type { WalkRow } from '../../../src/core/model/walk.ts';
import { Glance } from '../../../src/core/scan/glance.ts';
import { groupProcesses } from '../../../src/core/scan/group.ts';
import { isHolding, parseHolding } from '../../../src/core/scan/holding.ts';
import { byWeight, standingOf, standingOfCount } from '../../../src/core/scan/standing.ts';
import { aDescriptor, anInspection } from '../../inspection-builder.ts';
import { aRow } from '../walk-row-builder.ts';
import { aWalkSocket } from '../walk-socket-builder.ts';
import { aCounted, aScanned } from './scanned-process.ts';

describe('chooseLooks', () => {
  it('looks at the nearest to their limits first, then at the largest, and not at the small', () => {
    const { chosen, small } = chooseLooks(
      [
        aCounted(1, { open: 5 }),
        aCounted(2, { open: 500, soft: 100_000 }),
        aCounted(3, { open: 15, soft: 16 }),
        aCounted(4, { open: 900, soft: 'unlimited' }),
        aCounted(5, { open: null }),
      ],
      20,
      null,
    );
    expect(chosen.map(({ pid }) => pid)).toEqual([3, 4, 2, 5]);
    expect(small.map(({ pid }) => pid)).toEqual([1]);
  });

  it('spares the plain a look after a walk over the host, and not the small that hold what may be accused', () => {
    const sees = (...rows: readonly WalkRow[]): Glance => {
      const glance = new Glance();
      for (const row of rows) glance.add(row);
      return glance;
    };
    const counted = [
      aCounted(1, { open: 500, soft: 100_000 }),
      aCounted(2, { open: 5 }),
      aCounted(3, { open: 5 }),
      aCounted(4, { open: 700, soft: 1000 }),
      aCounted(5, { open: 500, soft: 100_000 }),
      aCounted(6, { open: 400, soft: 100_000 }),
    ];
    const dead = aRow({ isSocket: true, isClosedTcp: true, socket: aWalkSocket() });
    const tooLong = aRow({ link: null });
    const glances = new Map([
      [1, sees(aRow())],
      [2, sees(dead)],
      [3, sees(tooLong)],
      [4, sees(aRow())],
      [5, sees(tooLong)],
    ]);
    const choice = chooseLooks(counted, 20, glances);
    expect(choice.plain).toEqual([{ process: counted[0], byVerdict: { 'in-use': 1 } }]);
    expect(choice.chosen.map(({ pid }) => pid)).toEqual([4, 2, 5, 6]);
    expect(choice.small.map(({ pid }) => pid)).toEqual([3]);
  });
});

describe('the standing of a process', () => {
  it.each([
    {
      name: 'a certain leak',
      differs: { summary: { byKind: {}, byVerdict: {}, byLeak: { certain: 1, suspect: 0, no: 9 } } },
      is: 'leak',
    },
    { name: 'nothing free', differs: { limits: { open: 16, soft: 16, free: 0 } }, is: 'full' },
    {
      name: 'only counted',
      differs: { capability: { level: 'count', missing: [], walk: null, leftOut: null } },
      is: 'unseen',
    },
    { name: 'nothing', differs: {}, is: 'ok' },
  ] as const)('is $is of $name', ({ differs, is }) => {
    const base = anInspection({ findings: [] });
    const { limits, ...rest } = { limits: {}, ...differs };
    expect(standingOf({ ...base, ...rest, limits: { ...base.limits, ...limits } })).toBe(is);
  });

  it('is full, but never well, of one that was only counted', () => {
    expect(standingOfCount(aCounted(1, { open: 16, soft: 16 }))).toBe('full');
    expect(standingOfCount(aCounted(1, { open: 15, soft: 16 }))).toBe('unseen');
    expect(standingOfCount(aCounted(1, { open: null }))).toBe('unseen');
  });

  it('orders processes: the worst first, then the nearest to its limit, then the largest', () => {
    const all = [
      aScanned(1, { utilization: 0.9 }),
      aScanned(2, { standing: 'suspect', utilization: 0.1 }),
      aScanned(3, { standing: 'leak', utilization: 0.01 }),
      aScanned(4, { open: 700, utilization: null }),
      aScanned(5, { open: 900, utilization: null }),
    ];
    expect(all.toSorted(byWeight).map(({ pid }) => pid)).toEqual([3, 2, 1, 5, 4]);
  });
});

describe('groupProcesses', () => {
  const container = { id: 'a'.repeat(64), podUid: null, pod: 'shop/cart-0' };

  it('shows the worst member of each group, the group with the worst first', () => {
    const groups = groupProcesses(
      [
        aScanned(1, { unit: 'a.service', open: 5 }),
        aScanned(2, { unit: 'b.service', open: 7, standing: 'leak' }),
        aScanned(3, { unit: 'b.service', open: null }),
        aScanned(4),
      ],
      'unit',
    );
    expect(groups.map(({ name, processes, open, worst }) => [name, processes, open, worst.pid])).toEqual([
      ['b.service', 2, 7, 2],
      ['(no unit)', 1, 10, 4],
      ['a.service', 1, 5, 1],
    ]);
  });

  it.each([
    [aScanned(1, { container }), 'shop/cart-0'],
    [aScanned(1, { container: { ...container, pod: null } }), 'aaaaaaaaaaaa'],
    [aScanned(1, { container: { ...container, id: 'web', pod: null } }), 'web'],
    [aScanned(1), '(no container)'],
  ])('names a container by its pod, else its short id', (process, name) => {
    expect(groupProcesses([process], 'container')[0]?.name).toBe(name);
  });
});

describe('--holding', () => {
  it.each(['', 'x', ':', ':70000', 'relative/path', 'Deleted'])('refuses %o', (text) => {
    expect(parseHolding(text)).toBeUndefined();
  });

  it.each([
    { asked: 'deleted', descriptor: { deleted: true }, is: true },
    { asked: 'deleted', descriptor: {}, is: false },
    { asked: 'inotify', descriptor: { kind: 'inotify' }, is: true },
    { asked: '/var/log', descriptor: { target: '/var/log/app.log' }, is: true },
    { asked: '/var/log/', descriptor: { target: '/var/log' }, is: true },
    { asked: '/var/log', descriptor: { target: '/var/logs' }, is: false },
    { asked: '/var/log/a', descriptor: { target: '/var/log/a (deleted)', deleted: true }, is: true },
    { asked: '/', descriptor: { target: '/etc/hosts' }, is: true },
  ] as const)('$asked is $is of $descriptor', ({ asked, descriptor, is }) => {
    const holding = parseHolding(asked);
    expect(holding !== undefined && isHolding(aDescriptor(descriptor), holding)).toBe(is);
  });
});
