import type { StackMatch } from '../model/holders.ts';
import type { Sought } from './sought.ts';

/** A handle of libuv that has a descriptor. */
export interface OwnedHandle {
  readonly fd: number;
  readonly type: string;
}

/** Which descriptors of a place handles of a Node report own, and which none does: those, JavaScript cannot close any more. */
export function matchByHandle({ what, where, count, fds }: Sought, handles: readonly OwnedHandle[]): StackMatch {
  const owned = new Map(handles.map(({ fd, type }) => [fd, type]));
  const held = fds.filter((fd) => owned.has(fd));
  const types = [...new Set(held.map((fd) => owned.get(fd) ?? ''))];
  return {
    what,
    where,
    descriptors: count,
    by: 'handle',
    stacks: held.length,
    unit: 'handle',
    candidates: 1,
    fds: held,
    tids: null,
    unowned: fds.filter((fd) => !owned.has(fd)),
    blockedIn: types.length === 0 ? null : types.join(', '),
    waitingMinutes: null,
    at: null,
    frames: [],
    growth: null,
  };
}
