import type { EpollSet } from '../model/open-descriptor.ts';
import type { ThreadWait, ThreadWaits } from '../model/thread-wait.ts';
import { formatDuration } from '../parse/duration.ts';

/** The default of `--certain-after`: no request that anybody waits for lasts longer. */
export const CERTAIN_AFTER_MS = 600_000;

/** With two or more dead for as long as this, it no longer matters how many threads there are: no request lasts a day. */
const WAIVED_AFTER_MS = 24 * 3_600_000;
const FEWEST_WAIVED = 2;

/** One dead socket of the process. */
export interface DeadSocket {
  /** No less than this at the last look; null where it was seen once, and no time of death is known. */
  readonly deadForMs: number | null;
  /** Whether a second look still found it, dead. */
  readonly isStillThere: boolean;
}

/** What else the process is at, at the last look. */
export interface ProcessAtWork {
  readonly certainAfterMs: number;
  readonly threads: ThreadWaits;
  /** Why it cannot close anything: `its cgroup is frozen`. null where it can. */
  readonly heldUpBecause: string | null;
  /** Descriptors of the process on which new work arrives. */
  readonly listeners: ReadonlySet<number>;
  /** Descriptors of the process that hold dead sockets. */
  readonly dead: ReadonlySet<number>;
  readonly epollSets: readonly EpollSet[] | null;
}

/** Why a dead socket is a certain leak, or none; the same for all that are alike. */
export type Certainty = (dead: DeadSocket) => LeakReason;

export interface LeakReason {
  /** Short, to tell reasons apart. */
  readonly id: 'certain' | 'held-up' | 'once' | 'age-unknown' | 'young' | 'at-work';
  readonly because: string;
}

/**
 * When a dead socket is a certain leak. A healthy program holds one for as long as a request lasts, and cannot close any while it is
 * stopped: so a leak is certain where the process can run, the socket has been dead for `certainAfterMs`, a later look still found it, and
 * more of them are dead that long than threads could be at work on.
 *
 * @see docs/decisions/0005-orphan-certainty.md
 */
export function weighDead(dead: readonly DeadSocket[], process: ProcessAtWork): Certainty {
  const { certainAfterMs } = process;
  const long = dead.filter(({ deadForMs, isStillThere }) => isStillThere && (deadForMs ?? 0) >= certainAfterMs);
  const heldUp = heldUpBy(process);
  const atWork = countAtWork(process);
  const isWaived = long.filter(({ deadForMs }) => (deadForMs ?? 0) > WAIVED_AFTER_MS).length >= FEWEST_WAIVED;
  const isCertain = long.length > 0 && heldUp === null && (isWaived || (atWork !== null && long.length > atWork));
  const weighed = { certainAfterMs, heldUp, isCertain, atWork, long: long.length };
  // Thousands share a reason.
  const reasons = new Map<LeakReason['id'], LeakReason>();
  return (one) => {
    const id = reasonOf(one, weighed);
    const reason = reasons.get(id) ?? { id, because: sayReason(id, weighed) };
    reasons.set(id, reason);
    return reason;
  };
}

interface Weighed {
  readonly certainAfterMs: number;
  readonly heldUp: string | null;
  readonly isCertain: boolean;
  readonly atWork: number | null;
  readonly long: number;
}

function reasonOf(
  dead: DeadSocket,
  { certainAfterMs, heldUp, isCertain }: Pick<Weighed, 'certainAfterMs' | 'heldUp' | 'isCertain'>,
): LeakReason['id'] {
  if (heldUp !== null) return 'held-up';
  if (!dead.isStillThere) return 'once';
  if (dead.deadForMs === null) return 'age-unknown';
  if (dead.deadForMs < certainAfterMs) return 'young';
  return isCertain ? 'certain' : 'at-work';
}

function sayReason(id: LeakReason['id'], { certainAfterMs, heldUp, atWork, long }: Weighed): string {
  const after = formatDuration(certainAfterMs);
  switch (id) {
    case 'held-up':
      return `${heldUp}: it cannot close anything`;
    case 'once':
      return 'seen dead at one look';
    case 'age-unknown':
      return 'how long it has been dead is unknown';
    case 'young':
      return `dead for less than ${after}`;
    case 'certain':
      return `dead for over ${after}, by the kernel's clock or two looks`;
    case 'at-work': {
      const threads = atWork === null ? 'how many threads may be at work on them is unknown' : countThreads(atWork);
      return `dead for over ${after}, as are ${long} in all, but ${threads}`;
    }
  }
}

function countThreads(count: number): string {
  return count === 1 ? '1 thread may be at work on them' : `${count} threads may be at work on them`;
}

function heldUpBy({ threads, heldUpBecause }: ProcessAtWork): string | null {
  if (heldUpBecause !== null || threads.kind !== 'read') return heldUpBecause;
  return threads.threads.some(({ kind }) => kind === 'stopped') ? 'a thread of it is stopped or traced' : null;
}

/** Threads that do not wait for work: any of them may hold a dead socket for as long as its request lasts. null where not known. */
function countAtWork({ threads, listeners, dead, epollSets }: ProcessAtWork): number | null {
  if (threads.kind !== 'read') return threads.threads;
  const isWork = (fd: number): boolean => listeners.has(fd) || dead.has(fd);
  const watched = new Map((epollSets ?? []).filter(({ tid }) => tid === null).map(({ fd, targets }) => [fd, targets]));
  const waits = (wait: ThreadWait): boolean => {
    switch (wait.kind) {
      case 'descriptor':
        return wait.call === 'accept' && listeners.has(wait.fd);
      case 'epoll':
        return watched.get(wait.fd)?.some(({ fd }) => isWork(fd)) ?? false;
      case 'poll':
        return wait.fds?.some(isWork) ?? false;
      case 'stopped':
      case 'elsewhere':
        return false;
    }
  };
  return threads.threads.filter((wait) => !waits(wait)).length;
}
