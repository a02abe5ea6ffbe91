import type { StackMatch } from '../model/holders.ts';
import type { Place } from '../model/place.ts';
import type { StackGroup, Stacks } from '../model/stacks.ts';
import type { ThreadWait } from '../model/thread-wait.ts';
import { findOwnFrame } from '../parse/stacks/stacks.ts';
import { unitOf } from './profile.ts';

/** What the kernel says of the threads of the process. */
export interface ThreadFacts {
  readonly waits: readonly ThreadWait[];
  /** From each number that a dump may call a thread by, in any pid namespace it lives in, to that of this host. */
  readonly tidOf: ReadonlyMap<number, number>;
}

/**
 * Stacks whose threads the kernel says to wait on descriptors of a place: `nid=0x2dc0` of jstack, `LWP 30790` of gdb, both as their own
 * namespace or the host numbers them. A thread that waits for clients tells nothing of who holds what.
 */
export function matchByThread(places: readonly Place[], stacks: Stacks, { waits, tidOf }: ThreadFacts): StackMatch[] {
  if (unitOf(stacks) === 'goroutine') return [];
  const waitOf = new Map(waits.map((wait) => [wait.tid, wait]));
  return stacks.groups.flatMap((group) => {
    if (group.frames.length === 0) return [];
    const mine = group.threads.flatMap((thread) => {
      const wait = waitOf.get(tidOf.get(thread) ?? -1);
      return wait === undefined ? [] : toPairs(wait);
    });
    return places.flatMap((place) => {
      const here = mine.filter(({ fd }) => place.tid === null && place.fds.includes(fd));
      return here.length === 0 || place.what === 'listening' ? [] : [toMatch(place, group, here)];
    });
  });
}

interface Pair {
  readonly tid: number;
  readonly fd: number;
  readonly call: string;
}

function toPairs(wait: ThreadWait): Pair[] {
  switch (wait.kind) {
    case 'descriptor':
      return [{ tid: wait.tid, fd: wait.fd, call: wait.call }];
    case 'poll':
      return (wait.fds ?? []).map((fd) => ({ tid: wait.tid, fd, call: 'poll' }));
    case 'epoll':
    case 'stopped':
    case 'elsewhere':
      return [];
  }
}

function toMatch(
  { what, where, count }: Place,
  { frames, waitingMinutes }: StackGroup,
  pairs: readonly Pair[],
): StackMatch {
  const tids = [...new Set(pairs.map(({ tid }) => tid))];
  const calls = [...new Set(pairs.map(({ call }) => call))];
  return {
    what,
    where,
    descriptors: count,
    by: 'thread',
    stacks: tids.length,
    unit: 'thread',
    fds: [...new Set(pairs.map(({ fd }) => fd))].sort((a, b) => a - b),
    tids,
    unowned: null,
    candidates: 1,
    blockedIn: calls.join(', '),
    waitingMinutes,
    at: findOwnFrame(frames),
    frames,
    growth: null,
  };
}
