import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assertMax } from '../../../src/core/budget/assert-max.ts';
import { couldBe } from '../../../src/core/budget/could-be.ts';
import { SUBJECTS } from '../../../src/core/model/budget.ts';
import { VERDICTS } from '../../../src/core/model/verdict.ts';
import { aDescriptor, aSocket } from '../../inspection-builder.ts';

const always = (): boolean => true;
const sockets = (is: Parameters<typeof aSocket>[0] & object, count: number) =>
  Array.from({ length: count }, (_, at) => aSocket({ ...is, fd: 20 + at }));

describe('assertMax', () => {
  it.each([
    { why: 'none', found: 0, doubt: 0, most: 0, result: 'passed' },
    { why: 'one too many', found: 1, doubt: 0, most: 0, result: 'failed' },
    { why: 'as many as allowed', found: 5, doubt: 0, most: 5, result: 'passed' },
    { why: 'one that could be', found: 0, doubt: 1, most: 0, result: 'undecidable' },
    { why: 'doubts that make no difference', found: 3, doubt: 2, most: 5, result: 'passed' },
    { why: 'doubts that could make the difference', found: 3, doubt: 3, most: 5, result: 'undecidable' },
    { why: 'too many, whatever the doubts', found: 6, doubt: 3, most: 5, result: 'failed' },
  ] as const)('is $result of $why', ({ found, doubt, most, result }) => {
    const descriptors = [...sockets({ is: 'orphaned' }, found), ...sockets({ is: 'unlisted' }, doubt)];

    expect(assertMax('orphaned', most, descriptors, always)).toMatchObject({ found, result });
  });

  it('counts kinds by kind, and verdicts by verdict', () => {
    const descriptors = [aDescriptor({ kind: 'epoll' }), aDescriptor({ kind: 'epoll' }), aSocket()];

    expect(assertMax('epoll', 9, descriptors, always).found).toBe(2);
    expect(assertMax('established', 9, descriptors, always).found).toBe(1);
    expect(assertMax('in-use', 9, descriptors, always).found).toBe(2);
  });

  it('says how many are too young to be counted', () => {
    const one = assertMax('orphaned', 0, sockets({ is: 'orphaned' }, 3), ({ fd }) => fd > 22);

    expect(one).toMatchObject({
      result: 'passed',
      found: 0,
      because: expect.stringContaining('3 more have not been so for long enough'),
    });
  });

  it('lists what breaks it, and what leaves it undecided', () => {
    expect(assertMax('orphaned', 0, sockets({ is: 'orphaned' }, 2), always).descriptors).toHaveLength(2);
    expect(assertMax('orphaned', 0, sockets({ is: 'unlisted' }, 2), always).descriptors).toHaveLength(2);
  });

  it('never passes what more descriptors of doubt, or more found, made fail', () => {
    fc.assert(
      fc.property(fc.nat(6), fc.nat(6), fc.nat(6), (found, doubt, most) => {
        const rank = { passed: 0, undecidable: 1, failed: 2 } as const;
        const of = (f: number, d: number) =>
          rank[
            assertMax('orphaned', most, [...sockets({ is: 'orphaned' }, f), ...sockets({ is: 'unlisted' }, d)], always)
              .result
          ];

        expect(of(found, doubt + 1)).toBeGreaterThanOrEqual(of(found, doubt));
        expect(of(found + 1, doubt)).toBeGreaterThanOrEqual(of(found, doubt));
      }),
    );
  });
});

describe('couldBe', () => {
  it.each([
    { is: 'unlisted', subject: 'orphaned', could: true },
    { is: 'unlisted', subject: 'fresh', could: true },
    { is: 'unlisted', subject: 'datagram', could: false },
    { is: 'undecided', subject: 'orphaned', could: true },
    { is: 'established', subject: 'orphaned', could: false },
    { is: 'orphaned', subject: 'peer-closed', could: false },
  ] as const)('says that $is could be $subject: $could', ({ is, subject, could }) => {
    const socket = { listed: false, state: null } as const;

    expect(couldBe(aSocket({ is, socket }), subject)).toBe(could);
  });

  it('keeps an MPTCP connection that looks ESTABLISHED from being orphaned: it stands in a table', () => {
    const mptcp = aSocket({ is: 'undecided', socket: { protocol: 'mptcp', state: 'ESTABLISHED', listed: true } });

    expect([couldBe(mptcp, 'orphaned'), couldBe(mptcp, 'peer-closed')]).toEqual([false, true]);
  });

  it('never says of a decided descriptor, nor of a kind, that it could be another', () => {
    for (const is of VERDICTS.filter((name) => name !== 'unlisted' && name !== 'undecided')) {
      for (const subject of SUBJECTS) expect(couldBe(aSocket({ is }), subject)).toBe(false);
    }
  });
});
