import { describe, expect, it } from 'vitest';
import { type DeadSocket, type ProcessAtWork, weighDead } from '../../../src/core/classify/certainty.ts';
import type { ThreadWait } from '../../../src/core/model/thread-wait.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** A socket that has been dead for 11 minutes. */
function aDead(differs: Partial<DeadSocket> = {}): DeadSocket {
  return { deadForMs: 11 * MINUTE, isStillThere: true, ...differs };
}

const some = (count: number, differs: Partial<DeadSocket> = {}): DeadSocket[] =>
  Array.from({ length: count }, () => aDead(differs));

/** One thread that waits in accept(2) on the listener 3. */
const IN_ACCEPT: ThreadWait = { kind: 'descriptor', tid: 1, call: 'accept', fd: 3 };
const IN_FUTEX: ThreadWait = { kind: 'elsewhere', tid: 2 };

function around(threads: readonly ThreadWait[], differs: Partial<ProcessAtWork> = {}): ProcessAtWork {
  return {
    certainAfterMs: 10 * MINUTE,
    threads: { kind: 'read', threads },
    heldUpBecause: null,
    listeners: new Set([3]),
    dead: new Set([7]),
    epollSets: [],
    ...differs,
  };
}

function words(dead: readonly DeadSocket[], surroundings: ProcessAtWork): string {
  return weighDead(dead, surroundings)(dead[0] ?? aDead()).id;
}

describe('weighDead', () => {
  it.each([
    ['one, and every thread waits for work', some(1), [IN_ACCEPT], 'certain'],
    ['one, which a thread may be at work on', some(1), [IN_FUTEX], 'at-work'],
    ['as many as threads may be at work on', some(3), [IN_FUTEX, IN_FUTEX, IN_FUTEX, IN_ACCEPT], 'at-work'],
    ['one more than threads may be at work on', some(4), [IN_FUTEX, IN_FUTEX, IN_FUTEX, IN_ACCEPT], 'certain'],
    ['too young', some(40, { deadForMs: 10 * MINUTE - 1 }), [IN_ACCEPT], 'young'],
    ['of no known age', some(40, { deadForMs: null }), [IN_ACCEPT], 'age-unknown'],
    ['gone at the second look', some(40, { isStillThere: false }), [IN_ACCEPT], 'once'],
    ['one for a day, with a thread that may hold it', some(1, { deadForMs: 25 * HOUR }), [IN_FUTEX], 'at-work'],
    [
      'two for a day, with many threads',
      some(2, { deadForMs: 25 * HOUR }),
      Array.from({ length: 90 }, () => IN_FUTEX),
      'certain',
    ],
  ] as const)('judges %s', (_what, dead, threads, expected) => {
    expect(words(dead, around(threads))).toBe(expected);
  });

  it('does not count the young among those that outweigh the threads', () => {
    const dead = [aDead(), ...some(40, { deadForMs: MINUTE })];
    expect(words(dead, around([IN_FUTEX]))).toBe('at-work');
  });

  it('shows the young beside the certain as suspects', () => {
    const young = aDead({ deadForMs: MINUTE });
    const certainty = weighDead([...some(3), young], around([IN_ACCEPT]));
    expect(certainty(aDead()).id).toBe('certain');
    expect(certainty(young).id).toBe('young');
  });

  it.each([
    ['stopped or traced', around([{ kind: 'stopped', tid: 1 }])],
    ['frozen', around([IN_ACCEPT], { heldUpBecause: 'its cgroup is frozen' })],
  ])('accuses no process that is %s: it can close nothing', (_what, surroundings) => {
    expect(words(some(40, { deadForMs: 25 * HOUR }), surroundings)).toBe('held-up');
  });

  it('counts all threads where they may not be read, and accuses nobody where not even their number is known', () => {
    const unread = (threads: number | null): ProcessAtWork =>
      around([], { threads: { kind: 'not-read', because: 'not permitted', threads } });
    expect(words(some(5), unread(5))).toBe('at-work');
    expect(words(some(6), unread(5))).toBe('certain');
    expect(words(some(600), unread(null))).toBe('at-work');
  });

  const TARGETS = [{ fd: 3, events: 1, inode: null }];
  it.each([
    ['accept on a listener', IN_ACCEPT, true],
    ['accept on another', { ...IN_ACCEPT, fd: 99 }, false],
    ['receive on the listener’s number', { ...IN_ACCEPT, call: 'receive' }, false],
    ['poll on a set with a listener', { kind: 'poll', tid: 1, fds: [50, 3] }, true],
    ['poll on the dead itself', { kind: 'poll', tid: 1, fds: [7] }, true],
    ['poll on others', { kind: 'poll', tid: 1, fds: [50, 51] }, false],
    ['poll on what could not be read', { kind: 'poll', tid: 1, fds: null }, false],
    ['epoll on a set with a listener', { kind: 'epoll', tid: 1, fd: 4 }, true],
    ['epoll on a set without one', { kind: 'epoll', tid: 1, fd: 5 }, false],
    ['nothing that has a name', IN_FUTEX, false],
  ] as const)('takes a thread for one that waits for work: %s', (_what, wait, waits) => {
    const epollSets = [
      { fd: 4, tid: null, targets: TARGETS },
      { fd: 5, tid: null, targets: [{ fd: 50, events: 1, inode: null }] },
    ];
    expect(words(some(1), around([wait], { epollSets }))).toBe(waits ? 'certain' : 'at-work');
  });
});
