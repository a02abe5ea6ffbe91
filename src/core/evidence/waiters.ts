import type { OpenDescriptor } from '../model/open-descriptor.ts';
import type { ThreadWaits } from '../model/thread-wait.ts';

/** Answers which threads of a process block on a descriptor by itself. What they wait for through an epoll set, that set tells. */
export class Waiters {
  readonly #byFd = new Map<number, number[]>();
  readonly #isKnown: boolean;

  constructor(waits: ThreadWaits | null) {
    // A thread in poll(2) whose memory may not be read waits for anything.
    this.#isKnown =
      waits !== null && waits.kind === 'read' && !waits.threads.some((one) => one.kind === 'poll' && one.fds === null);
    if (waits === null || waits.kind !== 'read') return;
    for (const one of waits.threads) {
      if (one.kind === 'descriptor') this.#add(one.fd, one.tid);
      if (one.kind === 'poll') for (const fd of one.fds ?? []) this.#add(fd, one.tid);
    }
  }

  /** `[]`: no thread does; null is not known, as in a table of another thread, whose numbers mean other things. */
  of({ fd, tid }: OpenDescriptor): readonly number[] | null {
    return this.#isKnown && tid === null ? (this.#byFd.get(fd) ?? NONE) : null;
  }

  #add(fd: number, tid: number): void {
    const known = this.#byFd.get(fd);
    if (known === undefined) this.#byFd.set(fd, [tid]);
    else if (!known.includes(tid)) known.push(tid);
  }
}

const NONE: readonly number[] = [];
