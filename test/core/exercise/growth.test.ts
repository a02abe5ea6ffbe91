import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mayHaveGrown, measureGrowth, staysEveryRun } from '../../../src/core/exercise/growth.ts';
import type { Descriptor } from '../../../src/core/model/descriptor.ts';
import { aSocket } from '../../inspection-builder.ts';
import { file, look } from '../budget/looks.ts';

describe('measureGrowth', () => {
  it('finds what came in every run and stays', () => {
    const [a, b, c] = [file(3), file(4), file(5)];
    const [growth, ...rest] = measureGrowth([look(), look(a), look(a, b), look(a, b, c)], [a, b, c]);

    expect(rest).toEqual([]);
    expect(growth).toMatchObject({ what: 'file /data/#', runs: [1, 1, 1], leaks: true });
  });

  it('takes a cache that fills once for no leak', () => {
    const [a, b] = [file(3), file(4)];

    expect(measureGrowth([look(), look(a, b), look(a, b), look(a, b)], [a, b])).toMatchObject([
      { runs: [2, 0, 0], leaks: false },
    ]);
  });

  it('takes a pool that replaces one connection in each run for no leak', () => {
    const at = (fd: number): Descriptor => aSocket({ fd, inode: `${fd}` });
    const [a, b, c, d, e] = [at(1), at(2), at(3), at(4), at(5)];

    expect(measureGrowth([look(a, b), look(b, c), look(c, d), look(d, e)], [d, e]).map(({ leaks }) => leaks)).toEqual([
      false,
    ]);
  });

  it('finds dead sockets that stay, however many live ones come and go', () => {
    const dead = [1, 2, 3].map((fd) => aSocket({ fd, is: 'orphaned' }));
    const live = (fd: number): Descriptor => aSocket({ fd, inode: `9${fd}` });
    const looks = [
      look(live(10), live(11), live(12)),
      look(...dead.slice(0, 1), live(13)),
      look(...dead.slice(0, 2)),
      look(...dead, live(14), live(15)),
    ];

    expect(measureGrowth(looks, dead)).toMatchObject([{ runs: [1, 1, 1], leaks: true }]);
  });

  it('forgets what is closed by the end', () => {
    const [a, b] = [file(3), file(4)];

    expect(measureGrowth([look(), look(a), look(a, b)], [])).toEqual([]);
  });

  it('counts a number that was closed and opened again from its last opening', () => {
    const before = aSocket({ fd: 7, inode: '1' });
    const after = aSocket({ fd: 7, inode: '2' });

    expect(measureGrowth([look(before), look(before), look(after)], [after])).toMatchObject([{ runs: [0, 1] }]);
  });

  it('has runs that sum to the descriptors of a group, each of which was not there before', () => {
    const descriptors = fc
      .uniqueArray(fc.integer({ min: 3, max: 20 }), { maxLength: 8 })
      .map((fds) => fds.map((fd) => file(fd)));
    fc.assert(
      fc.property(fc.array(descriptors, { minLength: 2, maxLength: 5 }), descriptors, (looks, final) => {
        for (const { runs, descriptors: members } of measureGrowth(
          looks.map((one) => look(...one)),
          final,
        )) {
          expect(runs.reduce((sum, count) => sum + count, 0)).toBe(members.length);
          expect(runs).toHaveLength(looks.length - 1);
        }
      }),
    );
  });
});

describe('mayHaveGrown', () => {
  it('never says no where measureGrowth finds a leak', () => {
    const descriptors = fc.subarray([3, 4, 5, 6, 7, 8].map((fd) => file(fd)));
    fc.assert(
      fc.property(fc.array(descriptors, { minLength: 2, maxLength: 4 }), descriptors, (opens, final) => {
        const looks = opens.map((one) => look(...one));
        const leaks = measureGrowth(looks, final).some((one) => one.leaks);
        expect(leaks && !mayHaveGrown(looks, look(...final))).toBe(false);
      }),
    );
  });
});

describe('staysEveryRun', () => {
  it.each([
    { runs: [1], stays: true },
    { runs: [0], stays: false },
    { runs: [2, 2, 2], stays: true },
    { runs: [2, 0, 2], stays: false },
    { runs: [5, 0, 0], stays: false },
    { runs: [1, 1, 0], stays: false },
    { runs: [0, 1, 2], stays: true },
    { runs: [0, 1, 1], stays: false },
  ])('says of $runs: $stays', ({ runs, stays }) => {
    expect(staysEveryRun(runs)).toBe(stays);
  });
});
